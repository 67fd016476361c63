// The runner, the levels and the reports, with cases that are made up: no server, no socket.
@testable import Bench
import EventLoop
import Testing

@Suite("Running conformance cases")
struct CaseRunnerTests {
    private static let wrong = CaseStop.failed(expected: "a", came: "b", why: "c")

    private func made(
        _ id: String, _ level: ConformanceLevel = .must,
        _ body: @escaping @Sendable (CaseAttempt) throws(CaseStop) -> Void
    ) -> ConformanceCase {
        ConformanceCase(id, "RFC 0 §1", level, "something is right", run: body)
    }

    private func run(_ cases: [ConformanceCase], jobs: Int = 3, isStrict: Bool = false) throws -> ConformanceRun {
        let results = try CaseRunner(cases: cases, jobs: jobs, patienceMilliseconds: 10).run { _, _, _ in }
        return ConformanceRun(
            name: "x", target: "t", wireProtocol: "websocket", role: "server", started: 0, isStrict: isStrict,
            results: results)
    }

    @Test("a case that fails beside others and passes alone has passed, and the summary says so")
    func late() throws {
        let run = try run([
            made("a/late") { attempt throws(CaseStop) in if !attempt.isAlone { throw Self.wrong } },
            made("a/good") { _ throws(CaseStop) in },
            made("a/bad") { _ throws(CaseStop) in throw Self.wrong },
        ])
        #expect(run.results.map(\.test.id) == ["a/late", "a/good", "a/bad"])
        #expect(run.results.map(\.wasRunAgain) == [true, false, true])
        #expect(run.status == 1)
        #expect(run.summaryLine == "x: 2 passed, 1 must failed, 1 only when run again alone")
    }

    @Test("the second run has more patience")
    func patience() throws {
        let run = try run([
            made("a/slow") { attempt throws(CaseStop) in if attempt.patienceMilliseconds < 30 { throw Self.wrong } }
        ])
        #expect(run.status == 0)
    }

    @Test(
        "the exit status: a must counts, a should with --strict, a may never; nothing tested is 2",
        arguments: [
            (ConformanceLevel.must, false, Int32(1)), (.should, false, 0), (.should, true, 1), (.may, true, 0),
        ])
    func status(level: ConformanceLevel, isStrict: Bool, expected: Int32) throws {
        let failing = made("a/bad", level) { _ throws(CaseStop) in throw Self.wrong }
        #expect(try run([failing], isStrict: isStrict).status == expected)
        let unreachable = made("a/gone") { _ throws(CaseStop) in throw .couldNotTest("nobody") }
        #expect(try run([unreachable]).status == 2)
        let skipped = made("a/skip") { _ throws(CaseStop) in throw .skipped("not agreed") }
        #expect(try run([skipped]).status == 0)
    }

    @Test("JUnit counts what counts, and texts stay texts")
    func junit() throws {
        let run = try run([
            made("g/one") { attempt throws(CaseStop) in
                throw .failed(expected: "<&>", came: "\u{1}\"", why: "]]>")
            },
            made("g/two", .should) { _ throws(CaseStop) in throw Self.wrong },
            made("h/three") { _ throws(CaseStop) in },
        ])
        let text = String(decoding: run.junit(), as: UTF8.self)
        #expect(text.contains("<testsuites name=\"x\" tests=\"3\" failures=\"1\">"))
        #expect(text.contains("<testsuite name=\"g\" tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"1\">"))
        #expect(text.contains("&lt;&amp;&gt;") && text.contains("\u{FFFD}&quot;") && text.contains("]]&gt;"))
        #expect(!text.contains("\u{1}"))
    }

    @Test("of long exchanges the beginning and the end are kept")
    func log() {
        var log = WireLog()
        for round in 0..<100 {
            let piece = (0..<10).map { UInt8(truncatingIfNeeded: round &* 10 &+ $0) }
            log.append(piece.span)
        }
        #expect(log.count == 1_000)
        #expect(log.hex.hasPrefix("00010203 04050607"))
        #expect(log.hex.contains(" … 488 bytes … "))
        // 999 & 255
        #expect(log.hex.hasSuffix("e7"))
        var short = WireLog()
        short.append([1, 2, 3, 4, 255].span)
        #expect(short.hex == "01020304 ff")
    }

    @Test("all ids are unique, lower case and grouped; every section is named")
    func tables() throws {
        var problem = ""
        let settings = try #require(ConformanceSettings(["--list"], problem: &problem))
        for subject in [
            try WebSocketServerSubject(settings) as any ConformanceSubject, try WebSocketClientSubject(settings),
        ] {
            let cases = subject.cases
            #expect(cases.count >= 600)
            #expect(Set(cases.map(\.id)).count == cases.count)
            #expect(cases.allSatisfy { $0.section.contains("§") && $0.id.contains("/") && !$0.id.contains(" ") })
        }
    }
}

@Suite("Settings of conformance")
struct ConformanceSettingsTests {
    private func settings(_ arguments: String...) -> (ConformanceSettings?, String) {
        var problem = ""
        let settings = ConformanceSettings(arguments, problem: &problem)
        return (settings, problem)
    }

    @Test(
        "what is wrong is told",
        arguments: [
            ([], "no address"), (["ws://a", "ws://b"], "one address"), (["ws://a", "--jobs", "0"], "1 to 256"),
            (["ws://a", "--header", "novalue"], "Name: value"),
            (["ws://a", "--header", "A: b\r\nC: d"], "control character"),
            (["ws://a", "--mode", "loud"], "echo or broadcast"), (["--role", "client"], "--listen"),
            (["ws://a", "--role", "client", "--listen", "127.0.0.1:1"], "connects to us"),
            (["ws://a", "--what", "x"], "no such option"), (["ws://a", "--what"], "--what: no such option"),
            (["-x"], "-x: no such option"), (["ws://a", "--command", "x"], "--role client"),
            (["ws://a", "--compare", "x"], "--html"), (["redis://a", "--mode", "broadcast"], "WebSocket server"),
            (["redis://a", "--header", "A: b"], "WebSocket server"),
            (["--role", "client", "--listen", "127.0.0.1:1", "--mode", "echo"], "WebSocket server"),
            (["ws://a", "--only"], "a value is missing"), (["ws://a", "--listen", "127.0.0.1:1"], "--role client"),
        ])
    func wrong(arguments: [String], words: String) {
        var problem = ""
        #expect(ConformanceSettings(arguments, problem: &problem) == nil)
        #expect(problem.contains(words), "\(problem)")
    }

    @Test(
        "addresses are read with their paths",
        arguments: [
            ("ws://127.0.0.1:9/a?b=c", "127.0.0.1:9", "127.0.0.1:9", "/a?b=c"),
            ("ws://127.0.0.1", "127.0.0.1:80", "127.0.0.1", "/"),
            ("ws://[::1]:80/x", "[::1]:80", "[::1]:80", "/x"),
            ("unix:/run/x.sock:/echo", "unix:/run/x.sock", "localhost", "/echo"),
            ("unix:/run/x.sock", "unix:/run/x.sock", "localhost", "/"),
            ("ws://127.0.0.1:9?x", "127.0.0.1:9", "127.0.0.1:9", "/?x"),
        ])
    func targets(text: String, address: String, host: String, path: String) throws {
        let target = try WebSocketTarget(parsing: text)
        #expect("\(target.address)" == address && target.host == host && target.path == path)
    }

    @Test(
        "addresses that are none are refused",
        arguments: ["http://a", "wss://a", "ws://127.0.0.1:9/a b", "127.0.0.1:9", "unix:"])
    func noTargets(text: String) {
        #expect(throws: ConformanceProblem.self) { try WebSocketTarget(parsing: text) }
    }
}
