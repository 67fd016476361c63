// How fast publications are read: the benchmark beside `FastPath`. Meaningful in a release build only:
// `swift test -c release -Xswiftc -enable-testing --filter RESPDecoderSpeedTests` with ROOKERY_LONG=1.
import RESP
import TestSupport
import Testing

@Suite("Speed of the RESP decoder", .slow(), .serialized)
struct RESPDecoderSpeedTests {
    @Test("publications and integer replies that lie whole in the input", arguments: [">", "*", ":"])
    func whole(type: Character) throws {
        let one =
            type == ":"
            ? ":1\r\n"
            : "\(type)3\r\n$7\r\nmessage\r\n$12\r\nchat_channel\r\n$128\r\n\(String(repeating: "x", count: 128))\r\n"
        let perBuffer = (64 << 10) / one.utf8.count
        let buffer = Array(String(repeating: one, count: perBuffer).utf8)
        var decoder = RESPDecoder()
        decoder.arraysArePushes = type == "*"
        let rounds = 2_000
        var bytes = 0
        let time = try ContinuousClock().measure {
            for _ in 0..<rounds {
                var offset = 0
                loop: while true {
                    switch try decoder.nextEvent(in: buffer.span, offset: &offset) {
                    case .message(_, .input(let payload)): bytes += payload.count
                    case .value(.integer(let value)): bytes += Int(value)
                    case .needsMoreBytes: break loop
                    default: Issue.record("something else")
                    }
                }
            }
        }
        let count = rounds * perBuffer
        #expect(bytes == count * (type == ":" ? 1 : 128))
        let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
        print(
            "RESP \(type): \(Int(Double(count) / seconds / 1e3)) thousand a second, \(seconds / Double(count) * 1e9) ns each"
        )
    }
}
