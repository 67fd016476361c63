// The hot loop of inflating: many symbols without a look at the borders, as long as input and output have room for the longest of
// them. Loads and stores go through raw spans, which check their bounds; what is unsafe about them is only that any bytes count as
// a number. Bits of the next bytes may stand above the count of the buffer, so that a refill is one load.

enum InflateLoop {
    /// Input and output that one turn may touch: 8 bytes for each refill; two literals, a match of 258 and 8 bytes copied beyond.
    static let inputRoom = 16
    static let outputRoom = 288

    /// Where the loop stands.
    struct Place {
        var buffer: BitBuffer
        /// The next byte of the input.
        var offset: Int
        /// The next byte of the output.
        var count: Int
    }

    enum End {
        /// Input or output has no room for another turn.
        case noRoom
        /// The code for end of block is used up.
        case endOfBlock
        /// The next symbol is wrong, and is not used up: the careful way finds out why.
        case fault
    }

    static func run(
        _ place: inout Place, _ input: RawSpan, _ output: inout MutableRawSpan, _ literalLengths: Span<UInt32>,
        _ literalLengthRootBits: Int, _ distances: Span<UInt32>, _ distanceRootBits: Int, windowCount: Int
    ) -> End {
        let inputLast = input.byteCount &- inputRoom
        let outputLast = output.byteCount &- outputRoom
        let literalMask: UInt64 = 1 &<< UInt64(truncatingIfNeeded: literalLengthRootBits) &- 1
        let distanceMask: UInt64 = 1 &<< UInt64(truncatingIfNeeded: distanceRootBits) &- 1
        var bits = place.buffer.bits
        var bitCount = place.buffer.count
        var offset = place.offset
        var count = place.count
        var end = End.noRoom
        turns: while offset <= inputLast, count <= outputLast {
            // At least 56 bits: three literals, or two and a length.
            bits |= input.doubleWord(offset) &<< bitCount
            offset &+= Int(truncatingIfNeeded: (63 &- bitCount) &>> 3)
            bitCount |= 56
            var entry = literalLengths[Int(truncatingIfNeeded: bits & literalMask)]
            if entry & DecodingEntry.literal != 0 {
                writeLiteral(entry, &output, &count)
                drop(entry, &bits, &bitCount)
                entry = literalLengths[Int(truncatingIfNeeded: bits & literalMask)]
                if entry & DecodingEntry.literal != 0 {
                    writeLiteral(entry, &output, &count)
                    drop(entry, &bits, &bitCount)
                    entry = literalLengths[Int(truncatingIfNeeded: bits & literalMask)]
                }
            }
            if entry & DecodingEntry.pointer != 0 {
                let index =
                    bits &>> UInt64(truncatingIfNeeded: literalLengthRootBits) & (1 &<< UInt64(entry &>> 8 & 15) &- 1)
                entry = literalLengths[Int(entry &>> 16) &+ Int(truncatingIfNeeded: index)]
            }
            if entry & DecodingEntry.literal != 0 {
                writeLiteral(entry, &output, &count)
                drop(entry, &bits, &bitCount)
                continue
            }
            if entry & DecodingEntry.exceptional != 0 {
                end = .fault
                if entry & DecodingEntry.endOfBlock != 0 {
                    drop(entry, &bits, &bitCount)
                    end = .endOfBlock
                }
                break turns
            }
            // A match needs up to 48 bits: 20 of them are there, 28 come with another refill. Nothing is used up before the
            // distance is known to be right.
            let length = value(entry, bits)
            var (aheadBits, aheadCount) = (bits, bitCount)
            drop(entry, &aheadBits, &aheadCount)
            aheadBits |= input.doubleWord(offset) &<< aheadCount
            let aheadOffset = offset &+ Int(truncatingIfNeeded: (63 &- aheadCount) &>> 3)
            aheadCount |= 56
            entry = distances[Int(truncatingIfNeeded: aheadBits & distanceMask)]
            if entry & DecodingEntry.exceptional != 0 {
                if entry & DecodingEntry.pointer != 0 {
                    let index =
                        aheadBits &>> UInt64(truncatingIfNeeded: distanceRootBits)
                        & (1 &<< UInt64(entry &>> 8 & 15) &- 1)
                    entry = distances[Int(entry &>> 16) &+ Int(truncatingIfNeeded: index)]
                }
                if entry & DecodingEntry.invalid != 0 {
                    end = .fault
                    break turns
                }
            }
            let distance = value(entry, aheadBits)
            guard distance <= min(count, windowCount) else {
                end = .fault
                break turns
            }
            drop(entry, &aheadBits, &aheadCount)
            (bits, bitCount, offset) = (aheadBits, aheadCount, aheadOffset)
            copyMatch(&output, at: count, distance: distance, length: length)
            count &+= length
        }
        place = Place(
            buffer: BitBuffer(bits: bits & (1 &<< bitCount &- 1), count: bitCount), offset: offset, count: count)
        return end
    }

    /// Uses up the bits of `entry`, code and extra bits.
    @inline(__always) private static func drop(_ entry: UInt32, _ bits: inout UInt64, _ bitCount: inout UInt64) {
        bits &>>= UInt64(entry & 63)
        bitCount &-= UInt64(entry & 63)
    }

    /// Writes the literal of `entry`, for which there is room.
    @inline(__always) private static func writeLiteral(
        _ entry: UInt32, _ output: inout MutableRawSpan, _ count: inout Int
    ) {
        output.storeBytes(of: UInt8(truncatingIfNeeded: entry &>> 16), toByteOffset: count, as: UInt8.self)
        count &+= 1
    }

    /// The length or distance of `entry`, whose code and extra bits are the lowest of `bits`.
    @inline(__always) private static func value(_ entry: UInt32, _ bits: UInt64) -> Int {
        let extra = (bits & (1 &<< UInt64(entry & 63) &- 1)) &>> UInt64(entry &>> 8 & 15)
        return Int(entry &>> 16) &+ Int(truncatingIfNeeded: extra)
    }

    /// Copies `length` bytes from `distance` back to `count`, eight at a time and up to seven beyond, where the output has room.
    @inline(__always) private static func copyMatch(
        _ output: inout MutableRawSpan, at count: Int, distance: Int, length: Int
    ) {
        let end = count &+ length
        var target = count
        var source = count &- distance
        if distance >= 8 {
            repeat {
                let word = unsafe output.unsafeLoadUnaligned(fromByteOffset: source, as: UInt64.self)
                output.storeBytes(of: word, toByteOffset: target, as: UInt64.self)
                source &+= 8
                target &+= 8
            } while target < end
        } else if distance == 1 {
            let word = UInt64(unsafe output.unsafeLoad(fromByteOffset: source, as: UInt8.self)) &* 0x0101_0101_0101_0101
            repeat {
                output.storeBytes(of: word, toByteOffset: target, as: UInt64.self)
                target &+= 8
            } while target < end
        } else {
            // Source and target overlap: byte by byte, so that what was just written is read again.
            repeat {
                let byte = unsafe output.unsafeLoad(fromByteOffset: source, as: UInt8.self)
                output.storeBytes(of: byte, toByteOffset: target, as: UInt8.self)
                source &+= 1
                target &+= 1
            } while target < end
        }
    }
}
