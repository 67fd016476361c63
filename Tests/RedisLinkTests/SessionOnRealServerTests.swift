// A client session against a real redis-server in cluster mode, over a blocking socket: channels, patterns and shard channels.
import RESP
import TestSupport
import Testing

/// Moves bytes between a session and a server, and keeps what the session tells.
private final class Driver {
    private let socket: StreamSocket
    private(set) var session: ClientSession
    private(set) var told: [String] = []

    init(port: Int, subscriptions: Subscriptions = Subscriptions()) throws {
        socket = try StreamSocket(port: port)
        session = ClientSession(role: .publications, .init(), subscriptions: subscriptions, now: 0)
    }

    func change(_ body: (inout ClientSession) -> Void) { body(&session) }

    /// Writes and reads until something was told; gives up after ten seconds.
    func wait(for event: String) throws {
        let deadline = Deadline(seconds: 10)
        while !told.contains(event) {
            guard !deadline.hasPassed else { throw KitError("never told \(event), but \(told)") }
            var output: [UInt8] = []
            session.takeOutput(into: &output, now: 0)
            if !output.isEmpty { try socket.send(output) }
            try read(socket.receiveIfAny(seconds: 0.05) ?? [])
        }
    }

    func forget() { told = [] }

    private func read(_ bytes: [UInt8]) throws {
        var offset = 0
        while true {
            let event = session.nextEvent(in: bytes.span, offset: &offset)
            if event == .needsMoreBytes { return }
            told.append(text(of: event, in: bytes))
            if case .failed(let failure) = event { throw KitError("\(failure)") }
        }
    }

    private func text(of event: ClientSession.Event, in bytes: [UInt8]) -> String {
        func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
        func name(_ it: Subscription) -> String { "\(it.kind) \(text(it.name))" }
        switch event {
        case .greeted(let welcome): return "greeted \(welcome.protocolVersion)"
        case .message(.input(let channel), .input(let payload)):
            return "message \(text(bytes[channel])) \(text(bytes[payload]))"
        case .message: return "message \(text(session.assembledChannel)) \(text(session.assembledPayload))"
        case .patternMessage(let pattern, let channel, let payload):
            return "pmessage \(text(pattern)) \(text(channel)) \(text(payload))"
        case .shardMessage(let channel, let payload): return "smessage \(text(channel)) \(text(payload))"
        case .subscription(.confirmed(let it)): return "confirmed \(name(it))"
        case .subscription(.refused(let it, let error)): return "refused \(name(it)): \(error.text)"
        case .subscription(.withdrawn(let it)): return "withdrawn \(name(it))"
        case .subscription(.settled): return "settled"
        case .needsMoreBytes, .reply, .oversizedMessage, .probed, .failed: return "\(event)"
        }
    }
}

@Suite("Subscriptions of every kind on a real server", .needs(.redis), .ownsWhatItStarts)
struct SessionOnRealServerTests {
    @Test(
        "R4 channel, pattern and shard channel are confirmed, told apart, withdrawn with their slot, and asked for anew",
        arguments: [3, 2])
    func everyKind(version: Int) throws {
        // Without HELLO the server is one of RESP2.
        let options = ["--cluster-enabled", "yes"] + (version == 2 ? ["--rename-command", "HELLO", ""] : [])
        let server = try RedisServer(options: options)
        let other = try RESPClient(port: server.port)
        _ = try other.command("CLUSTER", "ADDSLOTSRANGE", "0", "16383")
        // The channel's slot, as the server computes it.
        guard case .integer(let slot) = try other.command("CLUSTER", "KEYSLOT", "s1") else {
            throw KitError("no slot")
        }
        let driver = try Driver(port: server.port)
        try driver.wait(for: "greeted \(version)")
        driver.change {
            $0.subscribe(.channel(Array("news".utf8)))
            $0.subscribe(.pattern(Array("n*".utf8)))
        }
        try driver.wait(for: "confirmed pattern n*")
        try driver.wait(for: "confirmed channel news")
        // A cluster that was just made serves its slots after a moment.
        try wait(until: "the cluster serves", seconds: 10) {
            "\(try other.command("CLUSTER", "INFO"))".contains("cluster_state:ok")
        }
        driver.change { $0.subscribe(.shardChannel(Array("s1".utf8))) }
        try driver.wait(for: "confirmed shardChannel s1")

        _ = try other.command("PUBLISH", "news", "one")
        _ = try other.command("SPUBLISH", "s1", "two")
        try driver.wait(for: "message news one")
        try driver.wait(for: "pmessage n* news one")
        try driver.wait(for: "smessage s1 two")

        // The slot leaves this node: nobody asked for that.
        _ = try other.command("CLUSTER", "DELSLOTS", "\(slot)")
        try driver.wait(for: "withdrawn shardChannel s1")
        driver.change { $0.retryRefusedSubscriptions() }
        try driver.wait(for: "refused shardChannel s1: CLUSTERDOWN Hash slot not served")
        _ = try other.command("PUBLISH", "news", "three")
        try driver.wait(for: "message news three")

        // And comes back.
        _ = try other.command("CLUSTER", "ADDSLOTS", "\(slot)")
        try wait(until: "the cluster serves again", seconds: 10) {
            "\(try other.command("CLUSTER", "INFO"))".contains("cluster_state:ok")
        }
        driver.forget()
        driver.change { $0.retryRefusedSubscriptions() }
        try driver.wait(for: "confirmed shardChannel s1")

        // The next connection asks for everything that is wanted, and nothing else.
        driver.change { $0.unsubscribe(.pattern(Array("n*".utf8))) }
        let next = try Driver(port: server.port, subscriptions: driver.session.subscriptions)
        try next.wait(for: "settled")
        #expect(next.told == ["greeted \(version)", "confirmed channel news", "confirmed shardChannel s1", "settled"])
    }
}
