// Places in a stream that cannot be (row P14): refused where they are read, in both codecs.
import Testing

@testable import ChatProtocol

@Suite("Offsets")
struct OffsetTests {
    private func offset(_ text: String) throws -> UInt64? {
        let line = "{\"id\":1,\"subscribe\":{\"channel\":\"a\",\"recover\":true,\"offset\":\(text)}}"
        var reader = CommandReader(Array(line.utf8), .json)
        guard case .subscribe(let request) = try reader.next()?.request else { return nil }
        return request.offset
    }

    @Test("P14 an offset that 64 bits do not hold, below zero or broken is refused, not rounded")
    func json() throws {
        #expect(try offset("18446744073709551615") == .max)
        #expect(try offset("9007199254740993") == 9_007_199_254_740_993)
        for text in ["18446744073709551616", "-1", "1.5", "1e400", "\"1\""] {
            #expect(throws: MessageError.self, "\(text)") { try offset(text) }
        }
    }

    @Test("P14 a number of more than 64 bits is refused in Protobuf, too")
    func protobuf() throws {
        // id 1; subscribe (5) with offset (7): by hand, after the encoding of Protobuf.
        let widest: [UInt8] = [0x38] + Array(repeating: 0xff, count: 9) + [0x01]
        func frame(_ field: [UInt8]) -> [UInt8] {
            let subscribe = [0x2a, UInt8(field.count)] + field
            return [UInt8(2 + subscribe.count), 0x08, 1] + subscribe
        }
        var reader = CommandReader(frame(widest), .protobuf)
        guard case .subscribe(let request) = try reader.next()?.request else { throw MessageError(.empty, at: 0) }
        #expect(request.offset == .max)
        let wider: [UInt8] = [0x38] + Array(repeating: 0xff, count: 9) + [0x02]
        #expect(throws: MessageError.self) {
            var reader = CommandReader(frame(wider), .protobuf)
            _ = try reader.next()
        }
    }
}
