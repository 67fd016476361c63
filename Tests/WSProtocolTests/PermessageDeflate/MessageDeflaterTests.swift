// What we compress, judged by Python's zlib: it is given one byte of room at a time, so that it has to use its window and refuses
// every distance that reaches out of it.
import Deflate
import Foundation
import TestSupport
import Testing
import WSProtocol

@Suite("RFC 7692 §7.2.1 compressing messages", .needs(.python), .ownsWhatItStarts)
struct MessageDeflaterTests {
    /// Reads lines "bits takesOver hex,hex,…", writes what zlib makes of the messages, in hexadecimal.
    private static let judge = """
        import sys, zlib
        for line in sys.stdin:
            bits, takes_over, messages = line.split()
            decoder = None
            out = []
            for message in messages.split(","):
                if decoder is None or takes_over == "false":
                    decoder = zlib.decompressobj(-int(bits))
                data = bytes.fromhex(message) + b"\\x00\\x00\\xff\\xff"
                text = b""
                while data:
                    text += decoder.decompress(data, 1)
                    data = decoder.unconsumed_tail
                while True:
                    more = decoder.decompress(b"", 1)
                    if not more:
                        break
                    text += more
                out.append(text.hex())
            print(",".join(out), flush=True)
        """

    private static let words = "lobby ada bob message text the quick brown fox channel 2026 {\"id\": ,\"from\": }"
        .split(
            separator: " " as Character)

    private func message(_ count: Int, _ generator: inout SplitMix) -> [UInt8] {
        var text: [UInt8] = []
        while text.count < count {
            let index = Int.random(in: 0..<Self.words.count, using: &generator)
            text += Array(Self.words[index].utf8) + [UInt8.random(in: 32...126, using: &generator)]
        }
        return text
    }

    @Test("W5 each message keeps to the agreed window, also 8, and takes over only what was agreed")
    func windows() throws {
        var generator = SplitMix(seed: 8)
        var lines: [String] = []
        var expected: [String] = []
        for bits in UInt8(8)...15 {
            for takesOver in [false, true] {
                var deflater = MessageDeflater(
                    Deflater(level: .default, windowBits: Int(bits)), windowBits: bits, takesOver: takesOver)
                var payloads: [String] = []
                var messages: [String] = []
                for size in [300, 60, 5_000, 40, 40_000, 300, 300] {
                    let message = message(size, &generator)
                    var payload: [UInt8] = []
                    guard deflater.deflate(message.span, into: &payload) else { continue }
                    #expect(payload.count < message.count)
                    payloads.append(hex(payload))
                    messages.append(hex(message))
                }
                #expect(messages.count >= 5)
                lines.append("\(bits) \(takesOver) \(payloads.joined(separator: ","))")
                expected.append(messages.joined(separator: ","))
            }
        }
        let heard = try judged(lines)
        #expect(heard.count == expected.count)
        for (index, pair) in zip(heard, expected).enumerated() where pair.0 != pair.1 {
            Issue.record("\(lines[index].prefix(12)): zlib reads something else")
        }
    }

    private func judged(_ lines: [String]) throws -> [String] {
        let folder = try TemporaryFolder("deflate")
        let script = try folder.write(Self.judge, to: "judge.py")
        let input = try folder.write(lines.joined(separator: "\n") + "\n", to: "input")
        let python = try #require(Programs.find("python3"))
        let process = try ChildProcess("/bin/sh", ["-c", "exec \(python) \(script) < \(input)"])
        #expect(process.waitForExit(seconds: 60) == .exited(0), "\(process.output.suffix(300))")
        return process.output.split(separator: "\n").map(String.init)
    }

    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    @Test("with context takeover the second of two equal messages is a few bytes, without it is as long as the first")
    func takeover() {
        let text = Array("the same line said again, and again: 0123456789 abcdefghijklmnopqrstuvwxyz".utf8)
        for takesOver in [true, false] {
            var deflater = MessageDeflater(Deflater(level: .default), windowBits: 15, takesOver: takesOver)
            var first: [UInt8] = []
            var second: [UInt8] = []
            let isSmaller = deflater.deflate(text.span, into: &first) && deflater.deflate(text.span, into: &second)
            #expect(isSmaller)
            #expect(takesOver ? second.count < 10 : second == first)
        }
    }

    @Test("what does not become smaller is left to be sent as it is, and is no part of the context")
    func notSmaller() {
        var deflater = MessageDeflater(Deflater(level: .default), windowBits: 15, takesOver: true)
        var output: [UInt8] = [7]
        let ascending = (0..<200).map { UInt8($0) }
        // The last would be a match of 200 bytes if the receiver had seen the one before.
        let messages: [[UInt8]] = [[], [65], Array("abc".utf8), ascending, ascending]
        for message in messages {
            let isSmaller = deflater.deflate(message.span, into: &output)
            #expect(!isSmaller && output == [7])
        }
    }

    @Test("deflaters share their tables: connections in turn give what each would alone")
    func shared() {
        let shared = Deflater(level: .default, windowBits: 10)
        var generator = SplitMix(seed: 10)
        let connection = { (deflater: Deflater) in MessageDeflater(deflater, windowBits: 10, takesOver: true) }
        var two = [connection(shared), connection(shared)]
        var alone = (0..<2).map { _ in connection(Deflater(level: .default, windowBits: 10)) }
        for round in 0..<20 {
            let message = message(200 + round * 37, &generator)
            var left: [UInt8] = []
            var right: [UInt8] = []
            _ = two[round % 2].deflate(message.span, into: &left)
            _ = alone[round % 2].deflate(message.span, into: &right)
            #expect(!left.isEmpty && left == right)
        }
    }

    @Test("a compressed message has RSV1 on its first frame and on no other")
    func frames() {
        var output: [UInt8] = []
        FrameEncoder.append(.text, isFinal: false, isCompressed: true, payload: [1].span, to: &output)
        FrameEncoder.append(.continuation, payload: [2].span, to: &output)
        FrameEncoder.appendMasked(.binary, isCompressed: true, payload: [3].span, maskingKey: 0, to: &output)
        #expect(output == [0x41, 1, 1, 0x80, 1, 2, 0xC2, 0x81, 0, 0, 0, 0, 3])
    }
}
