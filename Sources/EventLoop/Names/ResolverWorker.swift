// The thread that resolves names: takes requests from all loops and runs one inquiry for each. One thread is enough: an
// inquiry waits for the network and not for the processor.
import Synchronization

/// The shared part of all resolvers.
package final class ResolverWorker: Sendable {
    struct Request: Sendable {
        let host: String
        let port: UInt16
        let number: UInt64
        let replies: Mailbox<Resolver.Reply>
    }

    /// What is read anew for each name.
    package struct Sources: Sendable {
        /// The text of a file like hosts(5); empty when there is none.
        package var hosts: @Sendable () -> String
        /// The name servers and how to ask them.
        package var configuration: @Sendable () -> ResolverConfiguration

        /// Both are called on the thread of the resolver, where a slow file delays no connection.
        package init(
            hosts: @escaping @Sendable () -> String, configuration: @escaping @Sendable () -> ResolverConfiguration
        ) {
            self.hosts = hosts
            self.configuration = configuration
        }

        /// /etc/hosts and /etc/resolv.conf; a file that cannot be read counts as empty.
        package static let system = Sources(
            hosts: { SmallFile.read("/etc/hosts") ?? "" },
            configuration: { ResolverConfiguration(parsing: SmallFile.read("/etc/resolv.conf") ?? "") })
    }

    /// Names resolved at the same time, over all loops; more are refused.
    package static let requestsMax = 64
    /// The one of the process. Tests make their own.
    package static let shared = ResolverWorker(sources: .system)

    private let sources: Sources
    private let requests: Lock<Mailbox<Request>?> = Lock(nil)
    private let outstanding = Atomic<Int>(0)

    /// Begins no thread: the first name does.
    package init(sources: Sources) { self.sources = sources }

    func submit(_ request: Request) throws(ResolveFailure) {
        guard outstanding.add(1, ordering: .relaxed).newValue <= ResolverWorker.requestsMax else {
            outstanding.subtract(1, ordering: .relaxed)
            throw .busy(request.host)
        }
        do throws(SystemError) {
            try mailbox().post(request)
        } catch {
            outstanding.subtract(1, ordering: .relaxed)
            throw .unavailable(error)
        }
    }

    /// The way to the thread, which is started here when there is none.
    private func mailbox() throws(SystemError) -> Mailbox<Request> {
        try requests.withLock { mailbox throws(SystemError) in
            if let mailbox { return mailbox }
            let started = try start()
            mailbox = started
            return started
        }
    }

    private func start() throws(SystemError) -> Mailbox<Request> {
        let loop = try EventLoop()
        let requests = Mailbox<Request>(wakeup: loop.wakeup)
        try Threads.start("resolver") { [self] in
            loop.onWakeup { [unowned loop] in
                for request in requests.drain() { self.serve(request, on: loop) }
            }
            loop.run()
        }
        return requests
    }

    private func serve(_ request: Request, on loop: EventLoop) {
        let reply = { [self] (answer: Result<[IPAddress], ResolveFailure>) in
            outstanding.subtract(1, ordering: .relaxed)
            let addresses = answer.map { found in
                (found.filter(\.isIPv4) + found.filter { !$0.isIPv4 }).map {
                    SocketAddress.internet($0, port: request.port)
                }
            }
            request.replies.post(Resolver.Reply(number: request.number, answer: addresses))
        }
        let known = HostsFile(sources.hosts()).addresses(of: request.host)
        if known.isEmpty {
            Inquiry(NameLookup(host: request.host, configuration: sources.configuration()), on: loop, done: reply)
                .start()
        } else {
            reply(.success(known))
        }
    }
}
