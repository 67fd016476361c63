// Names to addresses, off the loops and anew for each question: /etc/hosts, then the domain name system over UDP.
//
// Why not getaddrinfo: in a static binary it loads shared libraries at run time and gives up (or worse) where there are none,
// as in a chroot. One implementation for both kinds of binary behaves the same in both. What it does not do: nsswitch.conf,
// multicast DNS, TCP for truncated answers (the addresses that came whole are used), zones of link-local addresses.
//
// Files may make a reader wait, so a thread of its own does the work, on a loop of its own: one slow name does not hold up
// the others. IPv4 addresses come first: a server that is reachable by only one of both is reachable by that, nearly always,
// and whoever dials tries the others too.

/// Resolves names for one loop. All loops share one thread, started at the first name that needs it.
package final class Resolver {
    package typealias Answer = Result<[SocketAddress], ResolveFailure>

    struct Reply: Sendable {
        let number: UInt64
        let answer: Answer
    }

    private let loop: EventLoop
    private let worker: ResolverWorker
    private let replies: Mailbox<Reply>
    private var waiting: [UInt64: (Answer) -> Void] = [:]
    private var nextNumber: UInt64 = 0

    /// `worker` is another one in tests only.
    package init(loop: EventLoop, worker: ResolverWorker = .shared) {
        self.loop = loop
        self.worker = worker
        replies = Mailbox(wakeup: loop.wakeup)
        loop.onWakeup { [weak self] in self?.deliver() }
    }

    /// Finds the addresses of `host`, a name or a literal address with or without brackets. `done` is called on the loop, later,
    /// with at least one address or a failure.
    package func resolve(_ host: String, port: UInt16, _ done: @escaping (Answer) -> Void) {
        let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        if let literal = IPAddress(bare) {
            loop.later { done(.success([.internet(literal, port: port)])) }
            return
        }
        nextNumber += 1
        let request = ResolverWorker.Request(host: host, port: port, number: nextNumber, replies: replies)
        do throws(ResolveFailure) {
            try worker.submit(request)
            waiting[nextNumber] = done
        } catch {
            loop.later { done(.failure(error)) }
        }
    }

    private func deliver() {
        for reply in replies.drain() { waiting.removeValue(forKey: reply.number)?(reply.answer) }
    }
}
