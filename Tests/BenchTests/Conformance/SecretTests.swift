// No report of a conformance run shows a password: neither in the bytes of a failure nor in its words.
import EventLoop
import Testing

@testable import Bench

@Suite("a password in a report of conformance")
struct SecretTests {
    private static let secret = Array("sesame".utf8)

    private func hex(_ text: String) -> String {
        var log = WireLog()
        let bytes = Array(text.utf8)
        // As a socket hands it over: in pieces.
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let piece = Array(bytes[start..<min(start + 3, bytes.count)])
            log.append(piece.span)
        }
        return log.hex(hiding: SecretTests.secret)
    }

    @Test("its bytes are stars, each time it stands there, and other bytes are not")
    func whole() {
        #expect(hex("a sesame,sesame") == "6120**** ******** 2c****** ******")
        #expect(hex("sesam") == "73657361 6d")
        #expect(hex("") == "")
    }

    @Test("what the log has of it where its middle is left out is stars, too", arguments: 1...5)
    func cut(part: Int) {
        let head = String(repeating: "x", count: WireLog.headBytesMax - part)
        let tail = String(repeating: "y", count: WireLog.tailBytesMax - part)
        let text = hex(head + "sesame" + String(repeating: "z", count: 700) + "sesame" + tail)
        #expect(text.contains("…"))
        for letter in Set("sesame".utf8) { #expect(!text.contains(String(letter, radix: 16))) }
    }

    @Test("words that repeat it are shown without it")
    func words() throws {
        let target = RedisTarget(
            address: .internet(.loopback, port: 1), credentials: [Array("tester".utf8), Array("söß".utf8)], run: "1")
        let came = "an error, \(WireText.escaped(Array("ERR söß".utf8))), and söß"
        let stop = target.hidingPassword(in: .failed(expected: "söß", came: came, why: "no"))
        #expect(stop == .failed(expected: "(hidden)", came: "an error, \"ERR (hidden)\", and (hidden)", why: "no"))
        #expect(target.hidingPassword(in: .skipped("söß")) == .skipped("(hidden)"))
        #expect(target.hidingPassword(in: .couldNotTest("söß")) == .couldNotTest("(hidden)"))
    }
}
