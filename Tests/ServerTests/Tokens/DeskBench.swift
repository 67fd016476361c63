// A desk on a loop that the test turns.
import EventLoop
import JWT
import TestSupport
import Testing

@testable import Server

final class DeskBench {
    static let secret = "0123456789abcdef0123456789abcdef"

    let loop: EventLoop
    let office: TokenOffice
    let desk: LoopTokenDesk
    let log: CapturedLog
    /// By which keys grow old.
    let clock = ShiftedClock()

    /// `settings`: with their files read already, or none.
    init(_ settings: TokenSettings, times: KeySetCacheTimes = KeySetCacheTimes(), starts: Bool = true) throws {
        let log = CapturedLog()
        self.log = log
        loop = try EventLoop()
        office = try TokenOffice(
            settings, log: Log(linesPerWindow: 1_000) { log.add($0) }, times: times, clock: clock.now)
        desk = LoopTokenDesk(office, on: loop)
        if starts { try office.start() }
    }

    /// Settings with a secret, read.
    static func settings(_ change: (inout TokenSettings) -> Void = { _ in }) throws -> TokenSettings {
        var configuration = Configuration()
        change(&configuration.tokens)
        let problems = StartRules.readTokenFiles(&configuration)
        guard problems.isEmpty else { throw KitError("\(problems)") }
        return configuration.tokens
    }

    static func secretSettings(_ change: (inout TokenSettings) -> Void = { _ in }) throws -> TokenSettings {
        try settings {
            $0.environmentSecrets = [try! Secret(line: Array(secret.utf8))]
            change(&$0)
        }
    }

    private final class Answers {
        var verdicts: [Int: TokenVerdict<ConnectionClaims>] = [:]
    }

    /// Asks for all of them at once; the verdicts in their order.
    func verify(
        _ tokens: [String], from addresses: [IPAddress] = [.loopback], seconds: Double = 20
    ) throws -> [TokenVerdict<ConnectionClaims>] {
        let answers = Answers()
        for (index, token) in tokens.enumerated() {
            desk.verifyConnection(token, from: addresses[index % addresses.count]) { answers.verdicts[index] = $0 }
        }
        try wait(until: "\(tokens.count) tokens are judged", seconds: seconds, everyMilliseconds: 0) {
            if answers.verdicts.count < tokens.count { loop.turn(waitAtMostMilliseconds: 20) }
            return answers.verdicts.count == tokens.count
        }
        return tokens.indices.compactMap { answers.verdicts[$0] }
    }

    func verify(_ token: String) throws -> TokenVerdict<ConnectionClaims> {
        try #require(try verify([token]).first)
    }

    /// The outcome alone.
    func outcome(_ token: String) throws -> TokenCounters.Outcome { try verify(token).outcome }
}

/// The machine's, and as much later as a test says.
final class ShiftedClock: Sendable {
    private let shift = Lock(0)
    func pass(milliseconds: Int) { shift.withLock { $0 += milliseconds } }
    @Sendable func now() -> Instant { Instant.now().adding(milliseconds: shift.withLock { $0 }) }
}

final class CapturedLog: Sendable {
    private let lines = Lock<[String]>([])
    func add(_ line: String) { lines.withLock { $0.append(line) } }
    var text: String { lines.withLock { $0.joined() } }
}

extension TokenVerdict where Claims == ConnectionClaims {
    var user: String? {
        if case .accepted(let claims) = self { claims.user } else { nil }
    }
}
