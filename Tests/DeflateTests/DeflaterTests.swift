// What our deflater writes, read by zlib and by our inflater, which keeps to the window without mercy.
import Deflate
import Foundation
import TestSupport
import Testing

@Suite("RFC 1951, the deflater", .ownsWhatItStarts)
struct DeflaterTests {
    /// Data that takes every way through the deflater: nothing, too short for a match, runs, noise, text of several blocks.
    static let data: [[UInt8]] = [
        [], [7], [1, 2, 3], [5, 5, 5, 5], Array("abcabcabcabcabc".utf8), [UInt8](repeating: 0, count: 3_000),
        Samples.noise(400, seed: 1), Samples.json(250, seed: 2), Samples.text(3_000, seed: 3),
        Samples.noise(1_000, seed: 4) + Samples.noise(1_000, seed: 4),
    ]
    static let histories: [[UInt8]] = [[], [7], Samples.json(300, seed: 5), Samples.text(40_000, seed: 6)]

    @Test("D7 every level, window, history and ending is read by zlib and stays in its window", .needs(.python))
    func combinations() throws {
        var file: [UInt8] = []
        var count = 0
        for level in DeflateLevel.range {
            for windowBits in 8...15 {
                // One deflater for all: what it remembers of other messages must not matter.
                let deflater = Deflater(level: DeflateLevel(level), windowBits: windowBits)
                for history in DeflaterTests.histories {
                    for (index, data) in DeflaterTests.data.enumerated() {
                        let ending: DeflateEnding = (count + index + level).isMultiple(of: 2) ? .final : .syncFlush
                        file += record(deflater, data, history, ending, level: level, windowBits: windowBits)
                        count += 1
                    }
                }
            }
        }
        #expect(try check(file) == ["checked \(count)"])
    }

    @Test("large data of several blocks is read by zlib", .needs(.python), arguments: [1, 6, 9])
    func large(_ level: Int) throws {
        var file: [UInt8] = []
        let deflater = Deflater(level: DeflateLevel(level))
        let large = [
            Samples.json(200_000, seed: 7), Samples.noise(150_000, seed: 8), [UInt8](repeating: 1, count: 300_000),
            Samples.text(60_000, seed: 9) + Samples.noise(70_000, seed: 10) + Samples.text(60_000, seed: 9),
        ]
        for data in large { file += record(deflater, data, [], .final, level: level, windowBits: 15) }
        #expect(try check(file) == ["checked \(large.count)"])
    }

    @Test("what does not compress is stored: little more than it was")
    func bound() {
        let deflater = Deflater(level: .default)
        for count in [0, 1, 10, 1_000, 65_535, 65_536, 200_000] {
            var output: [UInt8] = []
            let noise = Samples.noise(count, seed: 11)
            deflater.deflate(noise.span, history: Span(), into: &output, ending: .syncFlush)
            #expect(output.count <= count + 10 + 5 * (count / 16_384 + 1), "\(count) bytes became \(output.count)")
        }
    }

    @Test("equal messages give equal output, however many went before")
    func repeatable() {
        let deflater = Deflater(level: .default)
        let message = Samples.json(700, seed: 12)
        var first: [UInt8] = []
        deflater.deflate(message.span, history: Span(), into: &first, ending: .syncFlush)
        for seed: UInt64 in 0..<50 {
            var output: [UInt8] = []
            let other = Samples.json(Int(seed) * 20, seed: seed)
            deflater.deflate(other.span, history: message.span, into: &output, ending: .final)
            output.removeAll()
            deflater.deflate(message.span, history: Span(), into: &output, ending: .syncFlush)
            #expect(output == first)
        }
    }

    @Test("a message that the history holds costs next to nothing")
    func history() {
        let deflater = Deflater(level: .default)
        let message = Samples.json(1_000, seed: 13)
        var output: [UInt8] = []
        deflater.deflate(message.span, history: message.span, into: &output, ending: .syncFlush)
        #expect(output.count < 40)
    }

    @Test("output is appended behind what is there")
    func appended() {
        var output: [UInt8] = [1, 2, 3]
        let message = Array("Hello".utf8)
        Deflater(level: .default).deflate(message.span, history: Span(), into: &output, ending: .syncFlush)
        #expect(Array(output[..<3]) == [1, 2, 3])
        // RFC 7692 §7.2.3.1, with the four bytes that a sender takes off.
        #expect(Array(output[3...]) == [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00, 0x00, 0xFF, 0xFF])
    }

    /// A record for the peer; our own inflater, which takes no distance beyond the window, has read it before.
    private func record(
        _ deflater: Deflater, _ data: [UInt8], _ history: [UInt8], _ ending: DeflateEnding, level: Int, windowBits: Int
    ) -> [UInt8] {
        var wire: [UInt8] = []
        deflater.deflate(data.span, history: history.span, into: &wire, ending: ending)
        let inflation = Inflation([wire], history: history, windowBits: windowBits)
        #expect(
            inflation == .output(data, ends: ending == .final, unused: 0),
            "level \(level) window \(windowBits) history \(history.count) data \(data.count)")
        let head: [UInt8] = [UInt8(windowBits), ending == .final ? 1 : 0, UInt8(level)]
        // The peer's zlib needs no more history than its window holds.
        return head + ZlibPeer.string(Array(history.suffix(1 << windowBits))) + ZlibPeer.string(data)
            + ZlibPeer.string(wire)
    }

    private func check(_ records: [UInt8]) throws -> [Substring] {
        let folder = try TemporaryFolder("deflate")
        try Data(records).write(to: URL(filePath: folder.file("records")))
        return try ZlibPeer.run(["check", folder.file("records")])
    }
}

@Suite("Sizes against zlib's", .needs(.python), .ownsWhatItStarts)
struct DeflateSizeTests {
    @Test("at level 6 text, JSON, HTML and short messages are at most 5 % larger than zlib's")
    func levelSix() throws {
        let samples: [(name: String, parts: [[UInt8]])] = [
            ("text", [Samples.text(65_536, seed: 20)]), ("JSON", [Samples.json(65_536, seed: 21)]),
            ("HTML", [Samples.html(65_536, seed: 22)]), ("README.md", [try Samples.file("README.md")]),
            ("CONTRIBUTING.md", [try Samples.file("CONTRIBUTING.md")]),
            ("values.jsonl", [try Samples.file("Fixtures/resp/values.jsonl")]),
            ("index.html", [try Samples.file("Sources/WebPage/Assets/index.html")]),
            ("100 bytes", (0..<60).map { Samples.json(100, seed: $0) }),
            ("300 bytes", (0..<60).map { Samples.json(300, seed: $0) }),
            ("1 KiB", (0..<60).map { Samples.json(1_024, seed: $0) }),
            ("2 KiB", (0..<60).map { Samples.json(2_048, seed: $0) }),
        ]
        let theirs = try zlibSizes(samples.flatMap(\.parts), level: 6)
        let deflater = Deflater(level: .default)
        var place = 0
        for (name, parts) in samples {
            let zlib = theirs[place..<place + parts.count].reduce(0, +)
            place += parts.count
            let ours = parts.reduce(0) { $0 + size($1, deflater) }
            #expect(Double(ours) <= 1.05 * Double(zlib), "\(name): \(ours) against \(zlib)")
        }
    }

    @Test("a higher level is no larger, and level 9 within 2 % of zlib's")
    func levels() throws {
        let sample = Samples.json(65_536, seed: 23)
        let sizes = DeflateLevel.range.map { size(sample, Deflater(level: DeflateLevel($0))) }
        for level in 1...9 { #expect(sizes[level] <= sizes[level - 1], "\(sizes)") }
        let zlib = try zlibSizes([sample], level: 9)[0]
        #expect(Double(sizes[9]) <= 1.02 * Double(zlib), "\(sizes[9]) against \(zlib)")
    }

    private func size(_ data: [UInt8], _ deflater: Deflater) -> Int {
        var output: [UInt8] = []
        deflater.deflate(data.span, history: Span(), into: &output, ending: .final)
        return output.count
    }

    private func zlibSizes(_ data: [[UInt8]], level: UInt8) throws -> [Int] {
        let folder = try TemporaryFolder("deflate")
        try Data(data.flatMap { [level] + ZlibPeer.string($0) }).write(to: URL(filePath: folder.file("records")))
        return try ZlibPeer.run(["sizes", folder.file("records")]).compactMap { Int($0) }
    }
}
