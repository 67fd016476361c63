// Keys of a real issuer that rotates, fails, hangs and lies: Tests/IntegrationTests/Peers/issuer.py.
import EventLoop
import Glibc
import JWT
import TestSupport
import Testing

@testable import Server

@Suite("Keys of an issuer over HTTP", .needs(.pythonPackages), .ownsWhatItStarts)
struct KeyRotationTests {
    private func bench(
        _ issuer: TokenIssuer, _ change: (inout KeySetCacheTimes) -> Void = { _ in }
    ) throws -> DeskBench {
        var times = KeySetCacheTimes()
        times.coolDownMilliseconds = 300
        times.retryMilliseconds = 50
        change(&times)
        let bench = try DeskBench(
            DeskBench.settings { $0.keySet = try! KeySetSource(parsing: issuer.url) }, times: times)
        return bench
    }

    /// Waits until keys are there.
    private func ready(_ bench: DeskBench) throws {
        try wait(until: "keys have come:\n\(bench.log.text)") { bench.office.view.hasKeys }
    }

    @Test("J4 a new key is found by the token that names it, the last one holds beside it until the issuer drops it")
    func rotation() throws {
        let issuer = try TokenIssuer()
        let bench = try bench(issuer)
        try ready(bench)
        let first = try issuer.token(#"{"sub": "42"}"#)
        #expect(try bench.verify(first).user == "42")
        try issuer.rotate()
        let second = try issuer.token(#"{"sub": "43"}"#)
        bench.clock.pass(milliseconds: 300)
        // Not refused and not told to come again: it waits for the keys.
        #expect(try bench.verify(second).user == "43")
        #expect(try bench.verify(first).user == "42", "the last key holds on beside the new one")
        #expect(try issuer.requests() == 2)
        try issuer.rotate()
        bench.clock.pass(milliseconds: 300)
        let third = try issuer.token(#"{"sub": "44"}"#)
        #expect(try bench.verify(third).user == "44")
        #expect(try bench.outcome(first) == .invalid, "the issuer has dropped the first key")
    }

    @Test(
        "J4 10,000 tokens that name keys nobody knows cost one request each cool-down, and those with known keys are served"
    )
    func unknownKeys() throws {
        let issuer = try TokenIssuer()
        let bench = try bench(issuer) { $0.coolDownMilliseconds = 600_000 }
        try ready(bench)
        let good = try issuer.token(#"{"sub": "42"}"#)
        let parts = try issuer.token(#"{"sub": "42"}"#, kid: "nobody").split(separator: ".")
        var invalid = 0
        for batch in 0..<200 {
            let forged = (0..<50).map { number in
                let head = Array(#"{"alg":"ES256","kid":"\#(batch * 50 + number)"}"#.utf8)
                return "\(Base64URLText.of(head)).\(parts[1]).\(parts[2])"
            }
            let outcomes = try bench.verify(forged + [good], from: [.loopback]).map(\.outcome)
            invalid += outcomes.count { $0 == .invalid }
            #expect(outcomes.last == .accepted)
        }
        #expect(invalid == 10_000)
        // The first one at the start; the cool-down it began lasts longer than the test.
        #expect(try issuer.requests() == 1)
    }

    @Test(
        "J4 while the issuer fails, the keys that are known hold on, and the failure is told",
        arguments: ["500", "redirect", "garbage", "huge"])
    func failing(_ mode: String) throws {
        let issuer = try TokenIssuer()
        let bench = try bench(issuer) { $0.refreshMilliseconds = 100 }
        try ready(bench)
        let token = try issuer.token(#"{"sub": "42"}"#)
        try issuer.mode(mode)
        try wait(until: "the failure is told:\n\(bench.log.text)") { !bench.office.troubles.isEmpty }
        #expect(try bench.verify(token).user == "42")
        #expect(bench.office.troubles[0].contains("those known hold on"), "\(bench.office.troubles)")
        try issuer.mode("ok")
        try issuer.rotate()
        let newest = try issuer.token(#"{"sub": "43"}"#)
        try wait(until: "it has recovered:\n\(bench.log.text)") { bench.office.troubles.isEmpty }
        #expect(try bench.verify(newest).user == "43")
    }

    @Test("J4 keys that are older than the issuer may fail hold no longer; then tokens are told to come again")
    func stale() throws {
        let issuer = try TokenIssuer()
        let bench = try bench(issuer) {
            $0.refreshMilliseconds = 100
            $0.staleMilliseconds = 1_500
        }
        try ready(bench)
        let token = try issuer.token(#"{"sub": "42"}"#)
        issuer.stop()
        try wait(until: "the keys are too old") { !bench.office.view.hasKeys }
        #expect(try bench.outcome(token) == .busy)
    }

    @Test(
        "J4 an issuer that hangs, or trickles, keeps nobody waiting but those who name an unknown key, and these not for ever"
    )
    func hanging() throws {
        let issuer = try TokenIssuer()
        let bench = try bench(issuer)
        try ready(bench)
        let token = try issuer.token(#"{"sub": "42"}"#)
        let unknown = try issuer.token(#"{"sub": "42"}"#, kid: "new")
        try issuer.mode("hang")
        bench.clock.pass(milliseconds: 300)
        let clock = monotonicNanoseconds()
        var late: TokenCounters.Outcome?
        bench.desk.verifyConnection(unknown, from: .loopback) { late = $0.outcome }
        #expect(try bench.verify(token).user == "42")
        #expect(late == nil && monotonicNanoseconds() - clock < 5_000_000_000)
        try wait(until: "the one that waits is answered", seconds: 20, everyMilliseconds: 0) {
            bench.loop.turn(waitAtMostMilliseconds: 50)
            return late != nil
        }
        #expect(late == .invalid)
    }

    @Test("keys come over a Unix socket, in chunks, and without a length", arguments: ["ok", "chunked", "close"])
    func forms(_ mode: String) throws {
        let folder = try TemporaryFolder("issuer")
        let issuer = try TokenIssuer(unix: folder.file("jwks.sock"))
        try issuer.mode(mode)
        let settings = try DeskBench.settings {
            $0.keySet = try! KeySetSource(parsing: "http://unix:\(folder.file("jwks.sock")):/jwks")
        }
        let bench = try DeskBench(settings)
        try ready(bench)
        #expect(try bench.verify(issuer.token(#"{"sub": "42"}"#)).user == "42")
    }

    @Test("J4 a key set in a file is read again when it changes; a broken one changes nothing and is told")
    func file() throws {
        let issuer = try TokenIssuer()
        let folder = try TemporaryFolder("jwks")
        func copy() throws {
            let port = try #require(Int(issuer.url.split(separator: ":")[2].prefix { $0.isNumber }))
            try folder.write(RawHTTP.get("/jwks", port: port).text, to: "new.json")
            _ = try #require(rename(folder.file("new.json"), folder.file("keys.json")) == 0)
        }
        try copy()
        let bench = try DeskBench(
            DeskBench.settings { $0.keySet = try! KeySetSource(parsing: folder.file("keys.json")) })
        #expect(try bench.verify(issuer.token(#"{"sub": "42"}"#)).user == "42")
        try issuer.rotate()
        try copy()
        let newest = try issuer.token(#"{"sub": "43"}"#)
        try wait(until: "the new key is known:\n\(bench.log.text)") { try bench.verify(newest).user == "43" }
        try folder.write("{", to: "keys.json")
        try wait(until: "the broken file is told") { !bench.office.troubles.isEmpty }
        #expect(try bench.verify(newest).user == "43")
    }
}
