// A Swift Character is more than a byte: "," and a combining mark behind it are one Character, CR LF is one, and two spellings of
// one letter are equal. Protocols know bytes (RFC 9112 §2.2, RFC 3986 §3.4, RFC 6455 §5.6): nothing may hide behind a mark.
import TestSupport
import Testing
import WSProtocol

@Suite("Text is bytes, not Characters")
struct TextIsBytesTests {
    /// U+0301 COMBINING ACUTE ACCENT as UTF-8, and as a field value gives it: RFC 9112 §2.2, each byte apart.
    private static let mark = "\u{301}"
    private static let markInField = "\u{CC}\u{81}"

    private func head(_ fields: String...) throws -> RequestHead {
        try HeadRunner.head("GET / HTTP/1.1\r\nHost: h\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n")
    }

    @Test("X2 a combining mark behind a colon, a comma or a space does not hide the separator")
    func fields() throws {
        let head = try head(
            "X-Name:\(Self.mark)a", "X-Space: \t\(Self.mark)b \(Self.mark)", "Connection: a, close,\(Self.mark)")
        let values = head.fields.all.map { Array($0.value.unicodeScalars) }
        #expect(head.fields.all.map(\.name) == ["Host", "X-Name", "X-Space", "Connection"])
        #expect(values[1] == Array("\(Self.markInField)a".unicodeScalars))
        #expect(values[2] == Array("\(Self.markInField)b \(Self.markInField)".unicodeScalars))
        #expect(head.fields.elements(of: .connection).map(\.unicodeScalars.count) == [1, 5, 2])
        #expect(!head.keepsAlive)
        #expect(try self.head("Upgrade: websocket,\(Self.mark)").asksForWebSocket)
    }

    @Test("X2 a mark behind a line end begins the next line, and a name that begins with it is refused")
    func lineEnds() {
        let wire = Array("GET / HTTP/1.1\r\nHost: h\r\n\(Self.mark)X: y\r\n\r\n".utf8)
        guard case .refused(let refusal, _) = HeadRunner.run([wire]) else {
            Issue.record("not refused")
            return
        }
        #expect(refusal.status == .badRequest)
    }

    @Test("X2 what separates a query's items is a byte, and names are the same only byte by byte")
    func query() throws {
        let items = try QueryItems("a=1&\(Self.mark)b=\(Self.mark)2&=\(Self.mark)")
        let scalars = items.all.map { [Array($0.name.unicodeScalars), Array($0.value.unicodeScalars)] }
        let expected = [["a", "1"], ["\(Self.mark)b", "\(Self.mark)2"], ["", Self.mark]]
        #expect(scalars == expected.map { $0.map { Array($0.unicodeScalars) } })
        // U+212A KELVIN SIGN is canonically equal to K, and é has two spellings.
        let alike = try QueryItems("%E2%84%AA=kelvin&K=letter&e%CC%81=two&%C3%A9=one")
        #expect(try alike.value(of: "K") == "letter")
        #expect(try alike.value(of: "e\u{301}") == "two")
        #expect(try alike.value(of: "\u{E9}") == "one")
    }

    @Test("X2 the text of a message is the bytes that came, also where a fragment begins with a mark or with LF")
    func messages() {
        // "e", "\u{301}\r", "\n" in three frames of a server.
        var wire: [UInt8] = [0x01, 0x01, 0x65, 0x00, 0x03, 0xCC, 0x81, 0x0D, 0x80, 0x01, 0x0A]
        var connection = WSConnection(role: .client)
        var offset = 0
        var span = wire.mutableSpan
        let event = connection.nextEvent(in: &span, offset: &offset, limits: WSLimits())
        #expect(event == .text(.assembled))
        #expect(connection.assembled == [0x65, 0xCC, 0x81, 0x0D, 0x0A])
    }
}
