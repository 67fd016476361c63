import Foundation
import TestSupport
import Testing

@testable import ChatProtocol

@Suite("Deltas in Fossil's format")
struct FossilDeltaTests {
    /// Applies a delta as the format is described; nil when it is not one for this base.
    private func apply(_ delta: [UInt8], to base: [UInt8]) -> [UInt8]? {
        var rest = delta[...]
        func number() -> Int? {
            let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~".utf8)
            var value: Int?
            while let first = rest.first, let digit = digits.firstIndex(of: first) {
                value = (value ?? 0) * 64 + digit
                rest.removeFirst()
            }
            return value
        }
        guard let count = number(), rest.popFirst() == UInt8(ascii: "\n") else { return nil }
        var target: [UInt8] = []
        while let number1 = number(), let sign = rest.popFirst() {
            switch sign {
            case UInt8(ascii: "@"):
                guard let offset = number(), rest.popFirst() == UInt8(ascii: ","), offset + number1 <= base.count else {
                    return nil
                }
                target += base[offset..<offset + number1]
            case UInt8(ascii: ":"):
                guard rest.count >= number1 else { return nil }
                target += rest.prefix(number1)
                rest = rest.dropFirst(number1)
            default: return sign == UInt8(ascii: ";") && rest.isEmpty && target.count == count ? target : nil
            }
        }
        return nil
    }

    @Test("the deltas of the protocol's examples")
    func examples() {
        let padding = String(repeating: "a", count: 48)
        func delta(_ base: String, _ target: String) -> String {
            String(
                decoding: FossilDelta.make(from: Array(base.utf8), to: Array(target.utf8), isText: true), as: UTF8.self)
        }
        #expect(
            delta(#"{"counter":1,"payload":"\#(padding)"}"#, #"{"counter":2,"payload":"\#(padding)"}"#)
                == "1A\nC:{\"counter\":2z@C,VSRmr;")
        #expect(delta("", "abc") == "3\n3:abc1XObC0;")
        #expect(delta("abc", "") == "0\n0;")
    }

    /// Payloads as chats have them: the second is the first with a few changes.
    private static func pair(_ random: inout SplitMix, isText: Bool) -> (base: [UInt8], target: [UInt8]) {
        let alphabet = ["a", "{", "é", "è", "\u{4E16}", "\u{4E17}", "🙂", "🙃", "0", "\n"]
        func piece(_ random: inout SplitMix) -> [UInt8] {
            let count = Int(random.next() % 60)
            return isText
                ? (0..<count).flatMap { _ in Array(alphabet[Int(random.next() % 10)].utf8) }
                : (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next() % 3) }
        }
        let pieces = (0..<Int(random.next() % 8)).map { _ in piece(&random) }
        var changed = pieces
        for _ in 0..<random.next() % 4 {
            let place = Int(random.next() % UInt64(changed.count + 1))
            switch random.next() % 3 {
            case 0: changed.insert(piece(&random), at: place)
            case 1 where place < changed.count: changed.remove(at: place)
            default: if place < changed.count { changed.swapAt(place, 0) }
            }
        }
        return (Array(pieces.joined()), Array(changed.joined()))
    }

    struct SplitMix {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
            return z ^ z >> 31
        }
    }

    @Test("a delta makes its target of its base, and of text is text", arguments: [true, false])
    func roundTrip(isText: Bool) {
        var random = SplitMix(state: 7)
        var copies = 0
        for number in 0..<3_000 {
            let (base, target) = FossilDeltaTests.pair(&random, isText: isText)
            let delta = FossilDelta.make(from: base, to: target, isText: isText)
            #expect(apply(delta, to: base) == target, "pair \(number)")
            if isText { #expect(String(validating: delta, as: UTF8.self) != nil, "pair \(number)") }
            if delta.count < target.count { copies += 1 }
        }
        #expect(copies > 1_000, "hardly anything was found again")
    }

    @Test("long payloads, of one byte or of nothing that repeats, take time in proportion to their length")
    func cost() {
        // Times would lie; a quadratic search of these would not end.
        let zeros = [UInt8](repeating: 0, count: 1 << 20)
        let delta = FossilDelta.make(from: zeros, to: zeros + [1], isText: false)
        #expect(delta.count < 40 && apply(delta, to: zeros) == zeros + [1])
        var random = SplitMix(state: 1)
        let noise = (0..<1 << 20).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        #expect(apply(FossilDelta.make(from: zeros, to: noise, isText: false), to: zeros) == noise)
    }

    @Test("another program applies our deltas", .needs(.pythonPackages), .ownsWhatItStarts)
    func peer() throws {
        var random = SplitMix(state: 99)
        var lines = ""
        for number in 0..<400 {
            let (base, target) = FossilDeltaTests.pair(&random, isText: number % 2 == 0)
            let delta = FossilDelta.make(from: base, to: target, isText: number % 2 == 0)
            lines += [base, target, delta].map(hex).joined(separator: " ") + "\n"
        }
        let path = try TemporaryFolder().write(lines, to: "deltas")
        let script = PackageFolder.path("Tests/ChatProtocolTests/Peers/fossil_peer.py")
        let python = try #require(PythonEnvironment.interpreter)
        let process = try ChildProcess(python, [script, path])
        #expect(process.waitForExit(seconds: 60) == .exited(0))
        #expect(process.output == "400 applied\n")
    }

    private func hex(_ bytes: [UInt8]) -> String {
        "x" + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
