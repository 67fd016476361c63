// Numbered messages through two nodes while Redis is killed and stalled. What must hold: nobody gets a message twice or out of
// order; on the sender's node a message that did not arrive belongs to a sender that was closed. The other node may miss what
// was published while its own link was down: that is Redis Pub/Sub, at most once, and is counted.
import TestSupport
import Testing

struct TroubleChecker {
    var kills: Int
    var stalls: Int
    private let senders = 20
    private let listeners = 10

    init(kills: Int, stalls: Int) {
        self.kills = kills
        self.stalls = stalls
    }

    func run() throws {
        let redis = try RedisServer()
        let flags = ["--redis", redis.url, "--redis-timeout", "1s", "--redis-ping", "1s"]
        let nodes = try (0..<2).map { _ in try RookeryServer(flags) }
        for node in nodes { try node.waitUntilReady() }
        var lost = 0
        var missedElsewhere = 0
        for round in 0..<(kills + stalls) {
            try oneRound(
                redis, nodes, isKill: round % 2 == 0 ? round / 2 < kills : round / 2 >= stalls, round, &lost,
                &missedElsewhere)
        }
        print(
            "trouble: \(kills) kills, \(stalls) stalls, \(lost) senders closed, \(missedElsewhere) missed on the other node"
        )
    }

    /// One trouble under load with clients of its own; then quiet, and the books are checked.
    private func oneRound(
        _ redis: RedisServer, _ nodes: [RookeryServer], isKill: Bool, _ round: Int, _ lost: inout Int,
        _ missedElsewhere: inout Int
    ) throws {
        let what = "round \(round), \(isKill ? "kill" : "stall")"
        let listening = try nodes.map { node in
            try ManyClients(listeners, port: node.port, path: { "/ws/listener\($0)" })
        }
        let sending = try nodes.map { node in try ManyClients(senders, port: node.port, path: { "/ws/sender\($0)" }) }
        defer { for clients in listening + sending { clients.release() } }
        for (index, clients) in sending.enumerated() {
            clients.startSending(from: 0..<senders, perSecond: 400, senderBase: round * 10_000 + index * 1000)
        }
        sleep(milliseconds: 300)
        if isKill {
            redis.kill()
            sleep(milliseconds: 200)
            try redis.start()
        } else {
            redis.stall()
            // Shorter and longer than the answer's deadline, in turn.
            sleep(milliseconds: round % 4 < 2 ? 400 : 2500)
            redis.resume()
        }
        for node in nodes { try node.waitUntilReady() }
        sleep(milliseconds: 300)
        for clients in sending { clients.stopSending() }
        // A last message of each that is still open, behind everything else on its way.
        try settle(listening, sending, what)

        for clients in listening {
            let statistics = clients.statistics
            #expect(statistics.violations.isEmpty, "\(what): \(statistics.violations)")
            #expect(statistics.open == listeners, "\(what): a listener was closed: \(statistics.closedByServer)")
        }
        for (index, clients) in sending.enumerated() {
            let closed = clients.statistics.closedByServer
            #expect(Set(closed.keys).isSubset(of: [1013]), "\(what): closed with \(closed)")
            lost += closed.values.reduce(0, +)
            for sender in 0..<senders where clients.isOpen(sender) {
                let sent = clients.sentCount(sender)
                let number = round * 10_000 + index * 1000 + sender
                for (place, audience) in listening.enumerated() {
                    let got = (0..<listeners).map { audience.received(from: number, at: $0) }
                    if place == index {
                        #expect(
                            got.allSatisfy { $0 == sent }, "\(what): sender \(index).\(sender) sent \(sent), got \(got)"
                        )
                    } else {
                        missedElsewhere += sent - (got.min() ?? 0)
                    }
                }
            }
        }
    }

    /// Waits until nothing has arrived for a while.
    private func settle(_ listening: [ManyClients], _ sending: [ManyClients], _ what: String) throws {
        var last = -1
        var quiet = 0
        try wait(until: "\(what) has settled", seconds: 20, everyMilliseconds: 100) {
            let now = listening.map(\.statistics.received).reduce(0, +)
            quiet = now == last ? quiet + 1 : 0
            last = now
            return quiet >= 6
        }
    }
}
