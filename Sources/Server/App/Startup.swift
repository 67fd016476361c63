// From a configuration to a running node: what can be wrong is found before the first thread starts, and said in one line.

import EventLoop
import RESP
import RedisLink
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
    private var listeners: [Listener] = []

    init(_ given: Configuration, log: Log) throws(StartFailure) {
        var configuration = given
        if configuration.listen.isEmpty { configuration.listen = [RunningNode.defaultAddress] }
        try RunningNode.checkReach(configuration)
        try RunningNode.checkLimits(configuration)
        try RunningNode.checkStop(configuration)
        try RunningNode.readPassword(&configuration)
        let count = configuration.threads > 0 ? configuration.threads : Threads.availableProcessors()
        let access: AccessPolicy
        do {
            access = try AccessPolicy(configuration, listening: configuration.listen)
        } catch {
            throw StartFailure(message: "--allow-origin: \(error.text)")
        }
        node = Node(
            configuration: configuration, access: access, log: log, broker: BrokerFactory.makeStatus(configuration),
            workers: count, startedAt: Instant.now())
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

    /// Row E1: what a caller hears when there is no descriptor for it.
    private static let outOfDescriptors = HTTPRefusal(
        .serviceUnavailable, "This server has no room for another connection; try again later.",
        headers: [HTTPField("Retry-After", "5")]
    ).response()

    private static let defaultAddress = ListenAddress(.internet(.loopback, port: 8_000))

    /// Runs until the node is told to stop. Returns the exit status: 1 when something published was not confirmed, else 0.
    func run() throws(StartFailure) -> Int32 {
        var threads: [Threads.Handle] = []
        do throws(SystemError) {
            try Signals.watch(on: workers[0].loop) { [coordinator] signal in
                if signal != Signals.hangUp { coordinator.begin(signal == Signals.terminate ? "SIGTERM" : "SIGINT") }
            }
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

extension RunningNode {
    /// Without keys anyone who reaches the port is let in: only this machine may reach it unless the operator says otherwise.
    private static func checkReach(_ configuration: Configuration) throws(StartFailure) {
        guard !configuration.isOpen else { return }
        for address in configuration.listen where !address.isLoopback {
            throw StartFailure(
                message:
                    "--listen \(address): other machines could connect without any check; add --open to allow that, or listen on 127.0.0.1"
            )
        }
    }

    /// A stop must have time for its last connection.
    private static func checkStop(_ configuration: Configuration) throws(StartFailure) {
        guard configuration.stopSpreadMilliseconds < max(configuration.stopMilliseconds, 1) else {
            throw StartFailure(
                message:
                    "--stop-spread \(configuration.stopSpreadMilliseconds)ms: --stop-timeout \(configuration.stopMilliseconds)ms would cut off those whose moment comes later; make the spread shorter"
            )
        }
    }

    /// A message that a client may send must fit through everything behind it, or it would be lost where nobody hears of it.
    private static func checkLimits(_ configuration: Configuration) throws(StartFailure) {
        if PlainDoor.channel.hasPrefix(configuration.redisPrefix) {
            throw StartFailure(
                message:
                    "--redis-prefix \(configuration.redisPrefix): \(PlainDoor.channel) begins so and would be closed to clients; choose another"
            )
        }
        guard configuration.redis != nil else { return }
        let payload = configuration.messageBytes + PlainDoor.decorationBytesMax
        guard payload <= configuration.brokerPayloadBytes else {
            throw StartFailure(
                message:
                    "--max-message-bytes \(configuration.messageBytes): with the client's name up to \(payload) bytes are published, but --max-broker-bytes \(configuration.brokerPayloadBytes) would skip them; raise it to \(payload)"
            )
        }
        let entry = PublishQueue.bytesNeeded(payload: payload)
        guard entry <= configuration.brokerQueueBytes else {
            throw StartFailure(
                message:
                    "--broker-queue \(configuration.brokerQueueBytes): the longest message (--max-message-bytes \(configuration.messageBytes)) would never fit; raise it to \(entry)"
            )
        }
    }

    private static func readPassword(_ configuration: inout Configuration) throws(StartFailure) {
        guard let file = configuration.redisPasswordFile else { return }
        guard configuration.redis != nil else {
            throw StartFailure(
                message: "--redis-password-file \(file): there is no --redis for it; add one or leave it out")
        }
        guard let text = SmallFile.read(file, bytesMax: 4_096) else {
            throw StartFailure(message: "--redis-password-file \(file): cannot be read; check the path and its rights")
        }
        let line = text.utf8.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        guard !line.isEmpty else {
            throw StartFailure(
                message: "--redis-password-file \(file): its first line is empty; write the password there")
        }
        let user = configuration.redis?.credentials?.user
        configuration.redis?.credentials = Credentials(user: user, password: Array(line))
    }
}
