import Testing
import WSProtocol

@Suite("RFC 9110 §5.1 names of fields")
struct FieldNameTests {
    static let names: [(FieldName, String)] = [
        (.authorization, "authorization"), (.connection, "connection"), (.contentLength, "content-length"),
        (.contentType, "content-type"), (.expect, "expect"),
        (.forwarded, "forwarded"), (.host, "host"), (.ifNoneMatch, "if-none-match"), (.origin, "origin"),
        (.secWebSocketAccept, "sec-websocket-accept"), (.secWebSocketExtensions, "sec-websocket-extensions"),
        (.secWebSocketKey, "sec-websocket-key"), (.secWebSocketProtocol, "sec-websocket-protocol"),
        (.secWebSocketVersion, "sec-websocket-version"), (.transferEncoding, "transfer-encoding"),
        (.upgrade, "upgrade"), (.via, "via"), (.xForwardedFor, "x-forwarded-for"),
    ]

    /// The fields of a head of HTTP/1.0, which needs none, with these lines; nil when it is refused.
    private func read(_ lines: String) -> HeaderFields? {
        guard case .head(let head, _, _) = HeadRunner.run([Array("GET / HTTP/1.0\r\n\(lines)\r\n".utf8)]) else {
            return nil
        }
        return head.fields
    }

    private static func value(of name: FieldName) -> String { name == .contentLength ? "7" : "chunked" }

    @Test("each name is found in any case, and nothing else is", arguments: names)
    func found(_ name: FieldName, _ text: String) throws {
        #expect(Self.names.map(\.0) == FieldName.allCases)
        // HTTP/1.0 knows no Transfer-Encoding.
        guard name != .transferEncoding else { return }
        for written in [text, text.uppercased(), text.capitalized] {
            let fields = try #require(read("A: b\r\n\(written):\t\(Self.value(of: name)) \r\nz: y\r\n"))
            #expect(FieldName.allCases.filter(fields.contains) == [name])
            #expect(fields.first(name) == Self.value(of: name) && fields.count == 3)
        }
    }

    @Test("a name that differs in one byte, or in one byte more or less, is another name", arguments: names)
    func oneByteApart(_ name: FieldName, _ text: String) throws {
        let tokens = Array("!#$%&'*+-.^_`|~09az".utf8)
        var others: [[UInt8]] = []
        let bytes = Array(text.utf8)
        for index in bytes.indices {
            let (before, behind) = (Array(bytes[..<index]), Array(bytes[(index + 1)...]))
            others += tokens.filter { $0 != bytes[index] }.map { before + [$0] + behind }
            others += [before + behind, before + [UInt8(ascii: "q"), bytes[index]] + behind]
        }
        others.append(bytes + [UInt8(ascii: "-")])
        for other in others where !other.isEmpty {
            let text = String(decoding: other, as: UTF8.self)
            let fields = try #require(read("\(text): 7\r\n"), "\(text)")
            if FieldName.allCases.contains(where: fields.contains) { Issue.record("\(text) is taken for a name") }
            #expect(fields.all == [HTTPField(text, "7")])
        }
    }

    @Test("all values of a name come in order, whatever stands between them, and the first is the first")
    func repeated() throws {
        let fields = try #require(read("Via: 1\r\nA: 2\r\nVIA:3 \r\nvia-x: 4\r\nvia:\r\nOrigin: 5\r\n"))
        #expect(fields.values(of: .via) == ["1", "3", ""] && fields.first(.via) == "1")
        #expect(fields.values(of: .origin) == ["5"] && fields.values(of: .host) == [])
        #expect(fields.all.map(\.name) == ["Via", "A", "VIA", "via-x", "via", "Origin"])
    }
}
