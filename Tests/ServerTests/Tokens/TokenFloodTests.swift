// Who may keep the verifying threads busy, and for how long.
import EventLoop
import JWT
import TestSupport
import Testing

@testable import Server

@Suite("Tokens off the loops", .needs(.pythonPackages), .ownsWhatItStarts)
struct TokenFloodTests {
    private func bench() throws -> (DeskBench, TokenIssuer) {
        let issuer = try TokenIssuer()
        let bench = try DeskBench(
            DeskBench.settings {
                $0.keySet = try! KeySetSource(parsing: issuer.url)
                $0.threads = 1
            })
        try wait(until: "keys have come") { bench.office.view.hasKeys }
        return (bench, issuer)
    }

    /// The same with another signature, right in its form.
    private func forged(_ token: String, _ number: Int) -> String {
        let parts = token.split(separator: ".")
        var signature = [UInt8](repeating: 1, count: 64)
        signature[63] = UInt8(truncatingIfNeeded: number)
        signature[31] = UInt8(truncatingIfNeeded: number >> 8) | 1
        return "\(parts[0]).\(parts[1]).\(Base64URLText.of(signature))"
    }

    @Test(
        "J13 of 2,000 bad tokens a second from one address, so many are verified as may wait; other addresses are served"
    )
    func flood() throws {
        let (bench, issuer) = try bench()
        let good = try issuer.token(#"{"sub": "42"}"#)
        let bad = try #require(IPAddress("192.0.2.1"))
        var busy = 0
        for second in 0..<3 {
            let before = bench.office.counters.onThreads
            var outcomes: [TokenCounters.Outcome] = []
            // All of a second at once, which is worse than one after the other.
            for number in 0..<2_000 {
                bench.desk.verifyConnection(forged(good, second * 2_000 + number), from: bad) {
                    outcomes.append($0.outcome)
                }
            }
            let others = (1...8).compactMap { IPAddress("198.51.100.\($0)") }
            let served = try bench.verify(others.map { _ in good }, from: others)
            #expect(served.allSatisfy { $0.user == "42" }, "\(served)")
            try wait(until: "all are answered", everyMilliseconds: 0) {
                bench.loop.turn(waitAtMostMilliseconds: 20)
                return outcomes.count == 2_000
            }
            busy += outcomes.count { $0 == .busy }
            #expect(outcomes.count { $0 == .accepted || $0 == .expired } == 0)
            // Work, not time: signatures looked at. The one thread may have finished some while the rest came in.
            let verified = bench.office.counters.onThreads - before
            #expect(verified == outcomes.count { $0 == .invalid } + others.count)
        }
        #expect(busy > 0)
        // While the thread is stopped nothing is finished: exactly the cap is taken in.
        let still = try DeskBench(
            DeskBench.settings { $0.keySet = try! KeySetSource(parsing: issuer.url) }, starts: false)
        var waiting = 2_000
        for number in 0..<2_000 {
            still.desk.verifyConnection(forged(good, number), from: bad) { _ in waiting -= 1 }
        }
        #expect(waiting == TokenQueue.perAddressMax)
    }

    @Test("J13 a network of IPv6 counts as one address, and all addresses together have an end")
    func caps() throws {
        let bench = try DeskBench(
            DeskBench.settings { $0.keySet = try! KeySetSource(parsing: "http://127.0.0.1:1/") }, starts: false)
        var busy = 0
        for number in 0..<200 {
            let address = IPAddress(high: 0x2001_0db8_0000_0001, low: UInt64(number))
            bench.desk.verifyConnection("a.b.c", from: address) { _ in busy += 1 }
        }
        #expect(busy == 200 - TokenQueue.perAddressMax)
        busy = 0
        for number in 0..<2_000 {
            bench.desk.verifyConnection("a.b.c", from: IPAddress(ipv4: UInt32(0x0a00_0000 + number))) { _ in busy += 1 }
        }
        #expect(busy == 2_000 - (TokenQueue.totalMax - TokenQueue.perAddressMax))
    }

    @Test("J11 J13 a token over the limit is refused on the loop, and is not sent to a thread")
    func long() throws {
        let (bench, _) = try bench()
        #expect(try bench.outcome(String(repeating: ".", count: 1 << 20)) == .invalid)
        #expect(bench.office.counters.onThreads == 0)
    }

    @Test("a secret alone needs no thread; tokens are judged at once and counted")
    func atOnce() throws {
        let issuer = try TokenIssuer()
        let bench = try DeskBench(DeskBench.secretSettings(), starts: false)
        let token = try issuer.token(#"{"sub": "42", "jti": "j1"}"#, secret: DeskBench.secret)
        var user: String?
        bench.desk.verifyConnection(token, from: .loopback) { user = $0.user }
        #expect(user == "42")
        let old = try issuer.token(#"{"sub": "42", "exp": 1}"#, secret: DeskBench.secret)
        let forged = try issuer.token(#"{"sub": "42"}"#, secret: "another secret, also thirty-two bytes")
        #expect(try bench.outcome(old) == .expired && bench.outcome(forged) == .invalid)
        #expect(bench.office.counters[.accepted] == 1 && bench.office.counters[.expired] == 1)
        #expect(bench.log.text.contains("token refused") && !bench.log.text.contains(forged))
    }
}
