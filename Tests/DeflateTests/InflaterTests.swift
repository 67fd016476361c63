import Deflate
import TestSupport
import Testing

@Suite("RFC 1951 and RFC 7692 §7.2.2, the inflater's states")
struct InflaterTests {
    /// "Hello" as RFC 7692 §7.2.3.1 compresses it, and again with the first as history (§7.2.3.2).
    static let hello: [UInt8] = [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]
    static let helloAgain: [UInt8] = [0xF2, 0x00, 0x11, 0x00, 0x00]
    static let flush: [UInt8] = [0x00, 0x00, 0xFF, 0xFF]

    @Test("messages behind each other reach into the output of those before")
    func contextTakeover() throws {
        var inflater = Inflater()
        var output: [UInt8] = []
        for message in [InflaterTests.hello, InflaterTests.helloAgain] {
            for input in [message, InflaterTests.flush] {
                var offset = 0
                let progress = try inflater.inflate(input.span, offset: &offset, into: &output, outputCountMax: 100)
                #expect(progress == .needsInput && offset == input.count)
            }
            #expect(inflater.isAtBlockBoundary)
        }
        #expect(output == Array("HelloHello".utf8))
    }

    @Test("a boundary is where no block is begun, on a whole byte")
    func boundary() throws {
        var inflater = Inflater()
        #expect(inflater.isAtBlockBoundary)
        var output: [UInt8] = []
        let wire = InflaterTests.hello + InflaterTests.flush
        for (index, byte) in wire.enumerated() {
            var offset = 0
            let piece = [byte]
            _ = try inflater.inflate(piece.span, offset: &offset, into: &output, outputCountMax: 100)
            #expect(inflater.isAtBlockBoundary == (index == wire.count - 1), "byte \(index)")
        }
        inflater.reset()
        // A fixed block that is empty takes ten bits: the next header is begun.
        var offset = 0
        let partial: [UInt8] = [0x02, 0x00]
        _ = try inflater.inflate(partial.span, offset: &offset, into: &output, outputCountMax: 100)
        #expect(!inflater.isAtBlockBoundary)
    }

    @Test("behind the end of a stream the next begins, with the same history")
    func nextStream() throws {
        // RFC 7692 §7.2.3.4: a message whose block is final, and the byte that makes an empty block behind it.
        let wire: [UInt8] = [0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00] + [0x00] + InflaterTests.flush
        var inflater = Inflater()
        var output: [UInt8] = []
        var offset = 0
        #expect(try inflater.inflate(wire.span, offset: &offset, into: &output, outputCountMax: 9) == .endOfStream)
        #expect(offset == 7 && output == Array("Hello".utf8) && inflater.isAtBlockBoundary)
        #expect(try inflater.inflate(wire.span, offset: &offset, into: &output, outputCountMax: 9) == .needsInput)
        #expect(offset == wire.count && inflater.isAtBlockBoundary)
    }

    @Test("after a fault every call throws it again, until reset")
    func spent() throws {
        var inflater = Inflater()
        var output: [UInt8] = []
        var offset = 0
        let reserved: [UInt8] = [0x07]
        let fine = InflaterTests.hello
        for _ in 0..<2 {
            #expect(throws: InflateError.reservedBlockType) {
                try inflater.inflate(reserved.span, offset: &offset, into: &output, outputCountMax: 9)
            }
        }
        offset = 0
        #expect(throws: InflateError.reservedBlockType) {
            try inflater.inflate(fine.span, offset: &offset, into: &output, outputCountMax: 9)
        }
        inflater.reset()
        offset = 0
        #expect(try inflater.inflate(fine.span, offset: &offset, into: &output, outputCountMax: 9) == .needsInput)
        #expect(output == Array("Hello".utf8))
    }

    @Test(
        "D5 the output never passes the limit, whichever way it grows", arguments: [0, 1, 100, 257, 258, 1000, 65_536])
    func limit(_ limit: Int) {
        // A fixed block of one literal and matches of 258: 0x4B 0x1C 0x05 …, as zlib writes zeros.
        let bomb: [UInt8] =
            [0x63, 0x60] + Array(repeating: [0x18, 0x05, 0xA3, 0x60, 0x14, 0x8C], count: 200).flatMap { $0 }
        for pieces in [[bomb], bomb.map { [$0] }] {
            var inflater = Inflater()
            var output: [UInt8] = []
            #expect(throws: InflateError.tooLarge) {
                for piece in pieces {
                    var offset = 0
                    _ = try inflater.inflate(piece.span, offset: &offset, into: &output, outputCountMax: limit)
                }
            }
            #expect(output.count <= limit)
        }
    }

    @Test("D4 a distance beyond the window is refused although the history is longer", arguments: 8...15)
    func window(_ windowBits: Int) {
        let size = 1 << windowBits
        let history = [UInt8](repeating: 7, count: 40_000)
        #expect(
            Inflation([match(distance: size)], history: history, windowBits: windowBits)
                == .output([7, 7, 7], ends: true, unused: 0))
        #expect(
            windowBits == 15
                || Inflation([match(distance: size + 1)], history: history, windowBits: windowBits)
                    == .failure(.distanceTooFar)
        )
    }

    /// A final fixed block with one match of three bytes.
    private func match(distance: Int) -> [UInt8] {
        var bits: UInt64 = 0b011
        var count: UInt64 = 3
        func put(code: UInt64, _ number: UInt64) {
            for shift in (0..<number).reversed() {
                bits |= (code >> shift & 1) << count
                count += 1
            }
        }
        put(code: 1, 7)
        let last = UInt64(distance - 1)
        let high = UInt64(63 - last.leadingZeroBitCount)
        put(code: 2 * high + (last >> (high - 1) & 1), 5)
        bits |= (last & (1 << (high - 1) - 1)) << count
        count += high - 1
        put(code: 0, 7)
        return (0..<(count + 7) / 8).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
    }

    @Test("a fresh inflater holds no memory of its own")
    func size() { #expect(MemoryLayout<Inflater>.size <= 160) }
}

@Suite("D6, time that a peer can burn")
struct InflateCostTests {
    /// Empty blocks of each kind, as bits would repeat on whole bytes.
    static let emptyBlocks: [(name: String, unit: [UInt8])] = [
        ("stored", [0x00, 0x00, 0x00, 0xFF, 0xFF]),
        // Four fixed blocks of ten bits.
        ("fixed", [0x02, 0x08, 0x20, 0x80, 0x00]),
    ]

    @Test(
        "D6 10 MB of empty blocks are read to their end, and the time grows with their number only", arguments: [0, 1])
    func emptyBlocks(_ index: Int) throws {
        let unit = InflateCostTests.emptyBlocks[index].unit
        let clock = ContinuousClock()
        func seconds(_ bytes: Int, limit: Int = 1 << 20) throws -> Double {
            var wire = unit
            while wire.count < bytes { wire += wire }
            wire.removeLast((wire.count - bytes) / unit.count * unit.count)
            let span = try clock.measure {
                var inflater = Inflater()
                var output: [UInt8] = []
                var offset = 0
                let progress = try inflater.inflate(
                    wire.span, offset: &offset, into: &output, outputCountMax: limit)
                #expect(progress == .needsInput && offset == wire.count && output.isEmpty && inflater.isAtBlockBoundary)
            }
            return Double(span.components.attoseconds) * 1e-18 + Double(span.components.seconds)
        }
        let tenth = try seconds(1_000_000)
        let whole = try seconds(10_000_000)
        // Ten times the input; a cost that grew with the square would take a hundred times as long.
        #expect(whole < 40 * max(tenth, 0.001))
        // Where there is room for output, an empty block makes no use of it: 64 KiB of zeros for each took 100 times as long.
        let withoutRoom = try seconds(1_000_000, limit: 0)
        #expect(tenth < 5 * max(withoutRoom, 0.01))
    }
}
