// From a configuration to a running node: what can be wrong is found before the first thread starts, and said in one line.

import EventLoop
import WSProtocol

/// Why the node cannot start, for the person at the terminal.
struct StartFailure: Error {
    let message: String
}

final class RunningNode {
    let node: Node
    let listening: [SocketAddress]
    private let workers: [Worker]
    private let coordinator: StopCoordinator
    private let reload: Reload
    private var listeners: [Listener] = []

    /// `readAgain` gives the settings of the moment when SIGHUP comes.
    init(_ loaded: LoadedConfiguration, log: Log, readAgain: @escaping Reload.Read) throws(StartFailure) {
        var configuration = loaded.configuration
        let problems = StartRules.problems(&configuration)
        guard problems.isEmpty else {
            throw StartFailure(message: problems.map { loaded.place(of: $0.flag) + $0.text }.joined(separator: "\n"))
        }
        let count = configuration.threads > 0 ? configuration.threads : Threads.availableProcessors()
        let access: AccessPolicy
        do {
            access = try AccessPolicy(configuration, listening: configuration.listen)
        } catch {
            throw StartFailure(message: "--allow-origin: \(error.text)")
        }
        node = Node(
            configuration: configuration, access: access, log: log, broker: BrokerFactory.makeStatus(configuration),
            workers: count, startedAt: Instant.now(), tokens: try RunningNode.tokens(configuration, log),
            logins: try RunningNode.logins(configuration, log))
        reload = Reload(loaded, node: node, read: readAgain)
        do throws(SystemError) {
            let postOffice = PostOffice()
            var workers: [Worker] = []
            for index in 0..<count {
                let node = node
                workers.append(
                    try Worker(index: UInt16(index), node: node, postOffice: postOffice) { loop in
                        BrokerFactory.makeBroker(for: index, on: loop, node)
                    })
            }
            self.workers = workers
        } catch {
            let remedy =
                error.isOutOfDescriptors
                ? "; lower --threads \(count) or raise the limit of open files (ulimit -n)" : ""
            throw StartFailure(message: "cannot make an event loop: \(error)\(remedy)")
        }
        let first = workers[0]
        coordinator = StopCoordinator(worker: first, node: node)
        first.coordinator = coordinator
        let balance = Balance(node: node)
        var bound: [SocketAddress] = []
        for address in configuration.listen {
            do throws(SystemError) {
                let listener = try Listener(
                    loop: first.loop, address: address, sendBufferBytes: configuration.socketSendBufferBytes
                ) { descriptor, peer in
                    first.assign(descriptor, peer, to: balance.next())
                }
                let log = log
                listener.refusal = RunningNode.outOfDescriptors
                listener.troubled = { log.write(.error, "accept", "\(address): \($0)") }
                listeners.append(listener)
                bound.append(listener.address)
            } catch {
                // A unix socket's file must not outlive a start that failed.
                for listener in listeners { listener.close() }
                let remedy =
                    error.isAddressInUse ? "choose another port or end the other program" : "check the address"
                throw StartFailure(message: "--listen \(address): \(error); \(remedy)")
            }
        }
        listening = bound
        coordinator.onBegin = { [unowned self] in for listener in listeners { listener.close() } }
    }

    private static func tokens(_ configuration: Configuration, _ log: Log) throws(StartFailure) -> TokenOffice? {
        guard configuration.tokens.isAsked else { return nil }
        do throws(TokenKeys.Problem) {
            return try TokenOffice(configuration.tokens, log: log, sharing: BrokerFactory.sharing(configuration))
        } catch {
            throw StartFailure(message: error.text)
        }
    }

    private static func logins(_ configuration: Configuration, _ log: Log) throws(StartFailure) -> LoginOffice? {
        guard let path = configuration.usersFile else { return nil }
        do throws(LoginTokens.Problem) {
            let tokens = try LoginTokens(configuration.tokens, seconds: configuration.loginSeconds)
            return LoginOffice(path: path, tokens: tokens, log: log)
        } catch {
            throw StartFailure(message: error.text)
        }
    }

    /// Row E1: what a caller hears when there is no descriptor for it.
    private static let outOfDescriptors = HTTPRefusal(
        .serviceUnavailable, "This server has no room for another connection; try again later.",
        headers: [HTTPField("Retry-After", "5")]
    ).response()

    /// Runs until the node is told to stop. Returns the exit status: 1 when something published was not confirmed, else 0.
    func run() throws(StartFailure) -> Int32 {
        var threads: [Threads.Handle] = []
        do throws(SystemError) {
            try Signals.watch(on: workers[0].loop) { [coordinator, reload] signal in
                guard signal != Signals.hangUp else { return reload.start() }
                coordinator.begin(signal == Signals.terminate ? "SIGTERM" : "SIGINT")
            }
            try node.tokens?.start()
            try node.logins?.start()
            for worker in workers.dropFirst() {
                let box = UncheckedSend(worker)
                threads.append(try Threads.start("loop-\(worker.index)") { box.value.run() })
            }
        } catch {
            throw StartFailure(message: "cannot start: \(error)")
        }
        workers[0].run()
        for thread in threads { thread.join() }
        node.log.write(.info, "stopped", coordinator.outcome)
        return coordinator.unconfirmed == 0 ? 0 : 1
    }
}

/// Carries a worker to its thread, once, before anyone else touches it.
private struct UncheckedSend<Value>: @unchecked Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
}
