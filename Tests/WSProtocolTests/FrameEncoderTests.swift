import Testing
import TestSupport
import WSProtocol

@Suite("RFC 6455 §5.2, §5.3, RFC 7692 §6.1 writing frames")
struct FrameEncoderTests {
    @Test("each case is written as another program writes it", arguments: Fixture.load("ws/encode.jsonl"))
    func fixtures(_ fixture: Fixture) throws {
        let opcode = try #require((fixture.json["opcode"] as? Int).flatMap { Opcode(rawValue: UInt8($0)) })
        let isFinal = try #require(fixture.json["fin"] as? Bool)
        let isCompressed = fixture.json["compressed"] as? Bool ?? false
        let payload = try #require(fixture.bytes("payload"))
        var output: [UInt8] = [0x55]
        if let key = fixture.bytes("key") {
            let number = key.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            FrameEncoder.appendMasked(
                opcode, isFinal: isFinal, isCompressed: isCompressed, payload: payload.span, maskingKey: number,
                to: &output)
        } else {
            FrameEncoder.append(
                opcode, isFinal: isFinal, isCompressed: isCompressed, payload: payload.span, to: &output)
        }
        #expect(output == [0x55] + fixture.bytes("expect")!)
    }

    @Test(
        "many frames at once are each as another program writes it, wherever the payload is cut from its beginning",
        arguments: Fixture.load("ws/encode.jsonl"))
    func manyAtOnce(_ fixture: Fixture) throws {
        let opcode = try #require((fixture.json["opcode"] as? Int).flatMap { Opcode(rawValue: UInt8($0)) })
        let isPlain = fixture.json["fin"] as? Bool == true && fixture.json["compressed"] as? Bool != true
        guard isPlain, fixture.bytes("key") == nil else { return }
        let payload = try #require(fixture.bytes("payload"))
        let expected = try #require(fixture.bytes("expect"))
        for cut in Set([0, 1, 16, 125, 126, payload.count / 2, payload.count]) where cut <= payload.count {
            // The same rest three times, with other bytes between.
            let rest = payload[cut...]
            let bytes = [0xEE] + rest + [0xEE, 0xEE] + rest + rest
            let places = [1, 3 + rest.count, 3 + 2 * rest.count].map { $0..<$0 + rest.count }
            var output: [UInt8] = [0x55]
            FrameEncoder.append(
                opcode, payloads: places.span, of: bytes.span, behind: Array(payload[..<cut]).span, to: &output)
            #expect(output == [0x55] + expected + expected + expected, "cut at \(cut)")
        }
    }

    @Test("a close reason over 123 bytes is cut before the scalar that does not fit")
    func longReason() {
        var output: [UInt8] = []
        FrameEncoder.appendClose(.slow, reason: String(repeating: "世", count: 60), to: &output)
        #expect(output.starts(with: [0x88, 125, 0x0B, 0xC0]))
        #expect(output.count == 2 + 2 + 41 * 3)
        output = []
        FrameEncoder.appendClose(.slow, reason: "a" + String(repeating: "世", count: 60), to: &output)
        #expect(output.count == 2 + 2 + 1 + 40 * 3)
        #expect(String(validating: output[4...], as: UTF8.self) != nil)
    }

    @Test("a close frame without a code is empty")
    func emptyClose() {
        var output: [UInt8] = []
        FrameEncoder.appendClose(nil, reason: "not sent", to: &output)
        #expect(output == [0x88, 0])
    }
}
