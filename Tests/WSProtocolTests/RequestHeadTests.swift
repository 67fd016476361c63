import TestSupport
import Testing
import WSProtocol

@Suite("RFC 9112 §2, §3, §5, §6 request heads")
struct RequestHeadTests {
    static let cases = Fixture.load("http/heads.jsonl")

    /// What says how long the body is, and the numbers in it.
    static let framing = cases.filter {
        $0.id.contains("chunked") || $0.id.contains("length") || $0.spec.contains("§6.1")
    }
    static let numbers = cases.filter { $0.id.contains("content-length") || $0.id.contains("host-") }

    @Test("H1 a head whose body could end in two places is refused", arguments: framing)
    func twoEnds(_ fixture: Fixture) throws { try everySplit(fixture) }

    @Test("H2 numbers are digits within bounds, nothing else", arguments: numbers)
    func oddNumbers(_ fixture: Fixture) throws { try everySplit(fixture) }

    @Test(
        "H4 line ends, folds, control bytes and whatever else stands in a head: refused, never repaired",
        arguments: cases)
    func heads(_ fixture: Fixture) throws { try everySplit(fixture) }

    /// The same answer whole, byte by byte and split at every position.
    private func everySplit(_ fixture: Fixture) throws {
        let wire = try #require(fixture.bytes("wire"))
        let whole = HeadRunner.run([wire], limits: fixture.httpLimits)
        check(whole, fixture)
        for pieces in EverySplit.of(wire, mostPositions: 100) {
            let outcome = HeadRunner.run(pieces, limits: fixture.httpLimits)
            if outcome.summary != whole.summary { Issue.record("\(pieces.map(\.count)): \(outcome.summary)") }
        }
    }

    private func check(_ outcome: HeadOutcome, _ fixture: Fixture) {
        switch outcome {
        case .incomplete: #expect(fixture.json["expect"] as? String == "incomplete")
        case .refused(let refusal, _):
            #expect(refusal.status.rawValue == fixture.json["error"] as? Int, "\(refusal.reason)")
            #expect(refusal.reason.hasSuffix(".") && refusal.reason.utf8.allSatisfy { $0 >= 0x20 })
        case .head(let head, let consumed, let count):
            guard let expect = fixture.json["expect"] as? [String: Any] else {
                Issue.record("accepted")
                return
            }
            #expect(head.method.rawValue == expect["method"] as? String)
            #expect(head.target == expect["target"] as? String)
            #expect(head.path == expect["path"] as? String)
            #expect(head.query == expect["query"] as? String)
            #expect("1.\(head.minorVersion)" == expect["version"] as? String)
            #expect(head.fields.all.map { [$0.name, $0.value] } == expect["fields"] as? [[String]])
            #expect(head.authority?.host == expect["host"] as? String)
            #expect(head.authority?.port == expect["port"] as? Int)
            #expect(head.keepsAlive == (expect["keepAlive"] as? Bool))
            #expect(count - consumed == expect["rest"] as? Int)
            #expect(head.expectsContinue == (expect["continue"] as? Bool ?? false))
            switch head.body {
            case .none: #expect(expect["body"] as? String == "none")
            case .chunked: #expect(expect["body"] as? String == "chunked")
            case .length(let length): #expect(expect["body"] as? Int == length)
            }
        }
    }

    @Test("H5 an endless target is refused with 414 at the byte over the limit")
    func endlessTarget() {
        let wire = Array("GET /".utf8) + [UInt8](repeating: UInt8(ascii: "a"), count: 1 << 20)
        guard case .refused(let refusal, let count) = HeadRunner.run(wire.prefix(20_000).map { [$0] }) else {
            Issue.record("not refused")
            return
        }
        #expect(refusal.status == .uriTooLong)
        #expect(count == 4 + 8_192 + 1)
    }

    @Test("H5 100,000 small header fields are refused with 431 after the hundredth")
    func manyFields() {
        var wire = Array("GET / HTTP/1.1\r\nHost: h\r\n".utf8)
        let head = wire.count
        for _ in 0..<100_000 { wire += Array("A:b\r\n".utf8) }
        let chunks = stride(from: 0, to: wire.count, by: 1_000).map { Array(wire[$0..<min($0 + 1_000, wire.count)]) }
        guard case .refused(let refusal, let count) = HeadRunner.run(chunks) else {
            Issue.record("not refused")
            return
        }
        #expect(refusal.status == .requestHeaderFieldsTooLarge)
        #expect(count <= head + 100 * 5 + 1_000)
    }

    @Test("H5 a header of 1 MiB is refused with 431 at the limit of the head")
    func longField() {
        let wire = Array("GET / HTTP/1.1\r\nA: ".utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
        guard case .refused(let refusal, let count) = HeadRunner.run(wire.prefix(40_000).map { [$0] }) else {
            Issue.record("not refused")
            return
        }
        #expect(refusal.status == .requestHeaderFieldsTooLarge)
        #expect(count == 16_384 + 1)
    }

    @Test("W12 64 KiB of separators cost linear time and end with 431")
    func separators() {
        for filler in ["\r\n", ": ", ";", ",", "\t", " "] {
            var wire = Array("GET / HTTP/1.1\r\nHost: h\r\nConnection: a".utf8)
            while wire.count < 65_536 { wire += Array(filler.utf8) }
            var search = HeadSearch()
            var received: [UInt8] = []
            var status: HTTPStatus?
            for byte in wire where status == nil {
                received.append(byte)
                do {
                    guard try RequestHead.parse(received.span, search: &search, limits: HTTPLimits()) == nil else {
                        break
                    }
                } catch {
                    status = error.status
                }
                // Each byte is looked at once: after each call the search stands at the end.
                if status == nil && search.position != received.count { Issue.record("a byte is looked at again") }
            }
            if filler != "\r\n" { #expect(status == .requestHeaderFieldsTooLarge) }
        }
    }

    @Test("W12 2,001 header fields are refused with 431")
    func fields2001() {
        let text = "GET / HTTP/1.1\r\nHost: h\r\n" + String(repeating: "a:\r\n", count: 2_001) + "\r\n"
        guard case .refused(let refusal, _) = HeadRunner.run([Array(text.utf8)]) else {
            Issue.record("not refused")
            return
        }
        #expect(refusal.status == .requestHeaderFieldsTooLarge)
    }

    @Test("W12 no header is taken for granted: a bare request line and an empty head are answered")
    func bareRequestLine() throws {
        let head = try HeadRunner.head("GET / HTTP/1.0\r\n\r\n")
        #expect(head.fields.count == 0 && head.authority == nil && !head.asksForWebSocket && !head.keepsAlive)
        #expect(head.fields.first(.host) == nil && head.fields.elements(of: .connection).isEmpty)
    }

    @Test("H8 pipelined heads are read in order, and the first bad one ends it")
    func pipelined() {
        var wire: [UInt8] = []
        for number in 0..<10_000 {
            let line = number == 5_000 ? "GET /bad\u{1} HTTP/1.1" : "GET /\(number) HTTP/1.1"
            wire += Array("\(line)\r\nHost: h\r\n\r\n".utf8)
        }
        var offset = 0
        var paths = 0
        var refusal: HTTPRefusal?
        while offset < wire.count, refusal == nil {
            var search = HeadSearch()
            do {
                let rest = wire.span.extracting(offset..<wire.count)
                guard let found = try RequestHead.parse(rest, search: &search, limits: HTTPLimits()) else { break }
                #expect(found.head.path == "/\(paths)")
                paths += 1
                offset += found.consumed
            } catch {
                refusal = error
            }
        }
        #expect(paths == 5_000)
        #expect(refusal?.status == .badRequest)
    }

    @Test("H9 the path is cut before it is decoded, so no encoding makes a slash, a dot segment or an end")
    func segments() throws {
        let table: [(String, [String])] = [
            ("/", [""]), ("/a/b", ["a", "b"]), ("/a%2Fb", ["a/b"]), ("/%2e%2e/etc", ["..", "etc"]),
            ("/../x", ["..", "x"]), ("/a%00b", ["a\0b"]), ("/a%5c..%5cb", ["a\\..\\b"]), ("//a", ["", "a"]),
            ("/a/", ["a", ""]), ("/%252e", ["%2e"]), ("/%C3%BC", ["ü"]),
        ]
        for (path, segments) in table {
            #expect(try HeadRunner.head("GET \(path) HTTP/1.1\r\nHost: h\r\n\r\n").pathSegments() == segments)
        }
        for path in ["/%", "/%zz", "/%c0%ae", "/%ff"] {
            let head = try HeadRunner.head("GET \(path) HTTP/1.1\r\nHost: h\r\n\r\n")
            let refusal = HeadRunner.refusal { () throws(HTTPRefusal) in _ = try head.pathSegments() }
            #expect(refusal?.status == .badRequest)
        }
    }

    @Test("a list may stand in several fields, in any case, with empty elements")
    func lists() throws {
        let head = try HeadRunner.head(
            "GET / HTTP/1.1\r\nHost: h\r\nConnection: x ,, Y\r\nVia: 1\r\nconnectioN:z\r\n\r\n")
        #expect(head.fields.elements(of: .connection) == ["x", "Y", "z"])
        #expect(head.fields.lists("y", in: .connection) && !head.fields.lists("xy", in: .connection))
        #expect(head.fields.values(of: .connection) == ["x ,, Y", "z"])
        #expect(head.fields.first(.via) == "1")
    }

    @Test("a request that waits for 100 Continue says so")
    func expectContinue() throws {
        let fields = "Host: h\r\nExpect: 100-Continue\r\n"
        #expect(try HeadRunner.head("POST / HTTP/1.1\r\n\(fields)Content-Length: 1\r\n\r\n").expectsContinue)
        #expect(try !HeadRunner.head("GET / HTTP/1.1\r\n\(fields)\r\n").expectsContinue)
        #expect(try !HeadRunner.head("POST / HTTP/1.0\r\n\(fields)Content-Length: 1\r\n\r\n").expectsContinue)
    }
}
