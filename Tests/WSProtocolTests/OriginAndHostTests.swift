import TestSupport
import Testing
import WSProtocol

@Suite("RFC 6454 §7, RFC 9110 §7.2 origins, hosts and addresses")
struct OriginAndHostTests {
    @Test("an address is read as other programs read it", arguments: Fixture.load("http/addresses.jsonl"))
    func addresses(_ fixture: Fixture) throws {
        let address = IPLiteral(try #require(fixture.json["text"] as? String).utf8)
        let expected = fixture.bytes("expect")
        let bytes = address.map { address in
            [address.high, address.low].flatMap { word in
                stride(from: UInt64(56), through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> $0) }
            }
        }
        #expect(bytes == expected)
        #expect(address?.isLoopback == (fixture.json["loopback"] as? Bool))
    }

    @Test("W11 the table of origins: same host, allow-list, look-alikes", arguments: Fixture.load("http/origins.jsonl"))
    func origins(_ fixture: Fixture) throws {
        let host = try #require(fixture.json["host"] as? String)
        let values = try #require(fixture.json["origins"] as? [String])
        let allowed = (fixture.json["allow"] as? [String] ?? []).compactMap(Origin.init)
        let lines = values.map { "Origin: \($0)\r\n" }.joined()
        let head = try HeadRunner.head("GET / HTTP/1.1\r\nHost: \(host)\r\n\(lines)\r\n")
        let refusal = HeadRunner.refusal { () throws(HTTPRefusal) in try OriginRule(allowed: allowed).check(head) }
        #expect(refusal?.status.rawValue == fixture.json["error"] as? Int)
    }

    @Test(
        "X2 text is bytes: a combining mark behind a delimiter is not part of it, and the origin is none",
        arguments: ["http://\u{33F}chat.example", "http:\u{301}//chat.example", "http://chat.example:\u{301}80"])
    func combiningMarks(_ text: String) {
        #expect(Origin(text) == nil)
    }

    @Test("W11 the table of hosts against DNS rebinding", arguments: Fixture.load("http/hosts.jsonl"))
    func hosts(_ fixture: Fixture) throws {
        let rule = HostRule(
            names: fixture.json["names"] as? [String] ?? [], addresses: fixture.json["addresses"] as? [String] ?? [])
        let host = fixture.json["host"] as? String
        let head = try HeadRunner.head(
            host.map { "GET / HTTP/1.1\r\nHost: \($0)\r\n\r\n" } ?? "GET / HTTP/1.0\r\n\r\n")
        let refusal = HeadRunner.refusal { () throws(HTTPRefusal) in try rule.check(head) }
        #expect(refusal?.status.rawValue == fixture.json["error"] as? Int)
    }

    @Test(
        "H11 the client behind proxies is read from the right, as far as we trust",
        arguments: Fixture.load("http/forwarded.jsonl"))
    func forwarded(_ fixture: Fixture) throws {
        let trusted = fixture.json["trusted"] as? [String] ?? []
        let client = ForwardedFor.client(
            peer: try #require(fixture.json["peer"] as? String),
            values: try #require(fixture.json["forwarded"] as? [String]),
            isTrusted: { trusted.contains($0) })
        #expect(client == fixture.json["expect"] as? String)
    }

    @Test("H11 a forged list of any length costs a bounded number of questions")
    func longList() {
        var questions = 0
        let values = [String](repeating: "10.0.0.1, 10.0.0.1", count: 5_000)
        _ = ForwardedFor.client(peer: "10.0.0.1", values: values) { _ in
            questions += 1
            return true
        }
        #expect(questions <= 32)
    }

    @Test("an origin is written as it is compared")
    func description() {
        #expect(Origin("HTTPS://Chat.Example:443")?.description == "https://chat.example")
        #expect(Origin("http://a:81")?.description == "http://a:81")
        #expect(Origin("null")?.description == "null")
    }
}
