// The wire form was computed by a Python program from the description at the head of MessageMarker.swift.
import Testing

@testable import Bench

@Suite("The marker of a message of the load")
struct MessageMarkerTests {
    private static let marker = MessageMarker(
        publisher: 7, channel: 300, sequence: 123_456, nanoseconds: 5_000_000_123, isMeasured: true)
    private static let wire = Array("~fanout:haaamcbaaecobaaalhcpfakcbaaabaaafeaaaaaacgldpgmjsome filling.".utf8)

    // The macros of Testing cannot hold spans.
    private static func find(_ bytes: [UInt8], from offset: Int, end: Int) -> Int? {
        MessageMarker.find(bytes.span, from: offset, end: end)
    }
    private static func begins(_ bytes: [UInt8], at offset: Int, end: Int) -> Bool {
        MessageMarker.begins(bytes.span, at: offset, end: end)
    }
    private static func read(_ bytes: [UInt8], at offset: Int, end: Int) -> MessageMarker.Reading {
        MessageMarker.read(bytes.span, at: offset, end: end)
    }

    static func body(_ marker: MessageMarker, filling: String = "some filling.") -> [UInt8] {
        var body = [UInt8](repeating: 0x2E, count: MessageMarker.byteCount) + Array(filling.utf8)
        var span = body.mutableSpan
        marker.write(to: &span)
        return body
    }

    @Test("a marker is written as it is described, with and without filling")
    func written() {
        #expect(Self.body(Self.marker) == Self.wire)
        let least = MessageMarker(publisher: 0, channel: 0, sequence: 0, nanoseconds: 0, isMeasured: false)
        #expect(
            Self.body(least, filling: "") == Array("~fanout:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaidaaaaaabkplidcl".utf8))
    }

    @Test(
        "a marker is found and read in whatever a server puts around it",
        arguments: ["", "Client #7 says: ", "{\"type\":\"message\",\"text\":\"", "~", "~fanout", "~~fanout: ~"])
    func decorated(prefix: String) throws {
        for suffix in ["", "\"}", "\r\n"] {
            let text = Array(prefix.utf8) + Self.wire + Array(suffix.utf8)
            // "~~fanout: ~" is too near to the end of nothing: a beginning of its own, and damaged.
            let found = try #require(Self.find(text, from: 0, end: text.count))
            guard prefix != "~~fanout: ~" else {
                #expect(found == 1 && Self.read(text, at: found, end: text.count) == .corrupt)
                continue
            }
            #expect(found == prefix.utf8.count)
            #expect(Self.begins(text, at: found, end: text.count))
            #expect(
                Self.read(text, at: found, end: text.count)
                    == .whole(Self.marker, byteCount: Self.wire.count))
        }
    }

    @Test("a changed bit anywhere, two changed words and a missing end are noticed")
    func damaged() {
        func isWhole(_ bytes: [UInt8]) -> Bool {
            guard let found = Self.find(bytes, from: 0, end: bytes.count) else { return false }
            return Self.read(bytes, at: found, end: bytes.count) != .corrupt
        }
        let body = Self.body(Self.marker, filling: "the quick brown fox jumps over the lazy dog; ")
        #expect(isWhole(body))
        for index in body.indices {
            for bit in 0..<8 {
                var changed = body
                changed[index] ^= 1 << UInt8(bit)
                #expect(!isWhole(changed), "byte \(index), bit \(bit)")
            }
        }
        var exchanged = body
        for index in 0..<8 { exchanged.swapAt(56 + index, 64 + index) }
        #expect(!isWhole(exchanged))
        for count in 0..<body.count { #expect(!isWhole(Array(body[..<count]))) }
    }

    @Test("the largest numbers come back, and a number too large for the time loses only its upper end")
    func extremes() {
        let marker = MessageMarker(
            publisher: .max, channel: .max, sequence: .max, nanoseconds: 1 << 48 - 1, isMeasured: false)
        let body = Self.body(marker)
        #expect(Self.read(body, at: 0, end: body.count) == .whole(marker, byteCount: body.count))
        var late = marker
        late.nanoseconds = 1 << 48 + 5
        let other = Self.body(late)
        late.nanoseconds = 5
        #expect(Self.read(other, at: 0, end: other.count) == .whole(late, byteCount: other.count))
    }

    @Test("what ends too early for a marker is never looked at behind its end")
    func ends() {
        let bytes = Array("~fanout:".utf8)
        #expect(!Self.begins(bytes, at: 0, end: bytes.count))
        #expect(Self.find(bytes, from: 0, end: bytes.count) == nil)
        let body = Self.wire
        #expect(Self.find(body, from: 0, end: MessageMarker.byteCount - 1) == nil)
        #expect(Self.read(body, at: 0, end: MessageMarker.byteCount) == .corrupt)
    }
}
