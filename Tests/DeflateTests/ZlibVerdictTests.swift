// The same streams, most of them broken, through zlib (Python's) and through ours.
import Deflate
import Foundation
import TestSupport
import Testing

@Suite("RFC 1951, broken streams judged by zlib", .needs(.python), .ownsWhatItStarts)
struct ZlibVerdictTests {
    @Test("X1 D1 D2 D3 D4 20,000 broken streams are taken and refused as zlib does, at the same byte")
    func broken() throws { try compare(seed: 1951, count: 20_000) }

    @Test("D5 1,000,000 broken streams are taken and refused as zlib does", .slow(), arguments: 0..<20)
    func manyBroken(_ seed: Int) throws { try compare(seed: 7692 + seed, count: 50_000) }

    private func compare(seed: Int, count: Int) throws {
        let folder = try TemporaryFolder("deflate")
        let path = folder.file("streams")
        _ = try ZlibPeer.run(["mutate", String(seed), String(count), path])
        var reader = try RecordReader(path)
        var verdicts = [Int](repeating: 0, count: 7)
        var inflater = Inflater()
        for number in 0..<count {
            let stream = Judged(&reader)
            verdicts[stream.verdict] += 1
            #expect(stream.fault(&inflater, cutAt: number) == nil, "stream \(number): \(stream.wire)")
        }
        #expect(reader.isAtEnd)
        // A peer that judged everything alike would prove nothing.
        for (verdict, seen) in verdicts.enumerated() { #expect(seen > count / 1000, "verdict \(verdict)") }
    }
}

/// A stream and what zlib says.
private struct Judged {
    let wire: [UInt8]
    /// 0 more, 1 end, else an error.
    let verdict: Int
    /// Bytes used, or with which the error shows.
    let place: Int
    private let outputCount: Int
    private let checksum: UInt32

    private static let errors: [InflateError] = [
        .reservedBlockType, .storedLengthMismatch, .badCodeLengths, .badSymbol, .distanceTooFar,
    ]

    init(_ reader: inout RecordReader) {
        wire = reader.string()
        verdict = reader.byte()
        place = Int(reader.word())
        outputCount = Int(reader.word())
        checksum = reader.word()
    }

    /// What differs, or nil. A stream is fed whole, and cut: a fault just before the byte that shows it, others anywhere; every
    /// sixteenth also byte by byte.
    func fault(_ inflater: inout Inflater, cutAt number: Int) -> String? {
        inflater.reset()
        let whole = Inflation(&inflater, [wire])
        switch whole {
        case .output(let bytes, let ends, let unused):
            guard verdict == (ends ? 1 : 0), unused == wire.count - place, isOutput(bytes) else { return "\(whole)" }
        case .failure(let error):
            guard verdict > 1, Judged.errors[verdict - 2] == error else { return "\(whole)" }
        }
        let cut = verdict > 1 ? place - 1 : wire.isEmpty ? 0 : number % wire.count
        if verdict > 1 {
            inflater.reset()
            let before = Inflation(&inflater, [Array(wire[..<cut])])
            guard case .output(let bytes, ends: false, unused: 0) = before, isOutput(bytes) else {
                return "early: \(before)"
            }
            let after = Inflation(&inflater, [[wire[cut]]], history: bytes)
            return after == whole ? nil : "late: \(after)"
        }
        var ways = [[Array(wire[..<cut]), Array(wire[cut...])]]
        if number.isMultiple(of: 16) { ways.append(wire.map { [$0] }) }
        for pieces in ways {
            inflater.reset()
            let inflation = Inflation(&inflater, pieces)
            guard inflation == whole else { return "in pieces: \(inflation)" }
        }
        return nil
    }

    private func isOutput(_ bytes: [UInt8]) -> Bool { bytes.count == outputCount && CRC32.of(bytes) == checksum }
}
