import TestSupport
import Testing
import WSProtocol

@Suite("RFC 6455 §7.4 the codes a Close frame may carry")
struct CloseCodeTests {
    @Test(
        "W10 what we close with stands in the frame as it must, and a code that may not be sent never does",
        arguments: Fixture.load("ws/close-codes.jsonl"))
    func fixtures(_ fixture: Fixture) throws {
        let code = (fixture.json["code"] as? Int).map { CloseCode(rawValue: UInt16($0)) }
        guard let expected = fixture.bytes("expect") else {
            #expect(code?.mayBeSent == false)
            return
        }
        #expect(code?.mayBeSent ?? true)
        var frame: [UInt8] = []
        FrameEncoder.appendClose(code, reason: fixture.json["reason"] as? String ?? "", to: &frame)
        #expect(frame == expected)
        var masked: [UInt8] = []
        FrameEncoder.appendMaskedClose(
            code, reason: fixture.json["reason"] as? String ?? "", maskingKey: 0, to: &masked)
        #expect(masked == [expected[0], expected[1] | 0x80, 0, 0, 0, 0] + expected[2...])
    }

    @Test("W10 an application that asks for 1005, 1006, 1015 or another code that is never sent traps")
    func unsendable() async {
        await #expect(processExitsWith: .failure) { CloseCodeTests.send(1004) }
        await #expect(processExitsWith: .failure) { CloseCodeTests.send(1005) }
        await #expect(processExitsWith: .failure) { CloseCodeTests.send(1006) }
        await #expect(processExitsWith: .failure) { CloseCodeTests.send(1015) }
        await #expect(processExitsWith: .failure) { CloseCodeTests.send(2999) }
        await #expect(processExitsWith: .failure) { CloseCodeTests.send(5000) }
    }

    private static func send(_ code: UInt16) {
        var frame: [UInt8] = []
        FrameEncoder.appendClose(CloseCode(rawValue: code), to: &frame)
    }
}
