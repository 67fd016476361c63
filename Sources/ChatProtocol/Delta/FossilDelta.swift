// What changed from one payload to the next, in the delta format of the Fossil version control system: the target's length, then copies from
// the base (`<count>@<offset>,`) and inserts (`<count>:<bytes>`), then a checksum of the target. Numbers are base 64.
//
// Work is linear in both payloads, whatever they hold: each place of the target is compared with one place of the base, and what matches
// is not looked at again.

package enum FossilDelta {
    /// Blocks of the base that are found again. Shorter repetitions are not looked for.
    private static let blockBytes = 16

    /// The delta that makes `target` of `base`. With `isText` no character is cut: the delta of two texts in UTF-8 is text, too, and can stand
    /// in a JSON string.
    package static func make(from base: [UInt8], to target: [UInt8], isText: Bool) -> [UInt8] {
        var delta: [UInt8] = []
        appendNumber(UInt32(truncatingIfNeeded: target.count), to: &delta)
        delta.append(UInt8(ascii: "\n"))
        var done = 0
        for copy in copies(from: base, to: target, isText: isText) {
            appendInsert(target[done..<copy.target.lowerBound], to: &delta)
            appendNumber(UInt32(truncatingIfNeeded: copy.target.count), to: &delta)
            delta.append(UInt8(ascii: "@"))
            appendNumber(UInt32(truncatingIfNeeded: copy.base), to: &delta)
            delta.append(UInt8(ascii: ","))
            done = copy.target.upperBound
        }
        appendInsert(target[done...], to: &delta)
        appendNumber(checksum(target), to: &delta)
        delta.append(UInt8(ascii: ";"))
        return delta
    }

    // MARK: Finding

    private struct Copy {
        /// Where it begins in the base.
        let base: Int
        let target: Range<Int>
    }

    private static func copies(from base: [UInt8], to target: [UInt8], isText: Bool) -> [Copy] {
        guard base.count >= blockBytes, target.count >= blockBytes else { return [] }
        let blocks = blocks(of: base)
        var copies: [Copy] = []
        var done = 0
        var place = 0
        var hash = RollingHash(target[..<blockBytes])
        while true {
            if let start = blocks[hash.value],
                let copy = extend(base, start, target, place, from: done, isText: isText)
            {
                copies.append(copy)
                done = copy.target.upperBound
                place = done
                guard place + blockBytes <= target.count else { return copies }
                hash = RollingHash(target[place..<place + blockBytes])
            } else {
                guard place + blockBytes < target.count else { return copies }
                hash.roll(out: target[place], in: target[place + blockBytes])
                place += 1
            }
        }
    }

    /// The base's blocks by their hash; of equal ones the first. The dictionary's own hash is keyed, so nobody can choose payloads that meet
    /// in one place of it.
    private static func blocks(of base: [UInt8]) -> [UInt64: Int] {
        var blocks: [UInt64: Int] = [:]
        blocks.reserveCapacity(base.count / blockBytes)
        for start in stride(from: 0, through: base.count - blockBytes, by: blockBytes) {
            let hash = RollingHash(base[start..<start + blockBytes]).value
            if blocks[hash] == nil { blocks[hash] = start }
        }
        return blocks
    }

    /// The match of two places, as long as it is to both sides, but not before `done`. Nil when it is shorter than a block, as the places only
    /// have the same hash, or when too little is left of it between two characters.
    private static func extend(
        _ base: [UInt8], _ baseStart: Int, _ target: [UInt8], _ targetStart: Int, from done: Int, isText: Bool
    ) -> Copy? {
        var end = 0
        while baseStart + end < base.count, targetStart + end < target.count,
            base[baseStart + end] == target[targetStart + end]
        { end += 1 }
        guard end >= blockBytes else { return nil }
        var start = 0
        while baseStart + start > 0, targetStart + start > done,
            base[baseStart + start - 1] == target[targetStart + start - 1]
        { start -= 1 }
        if isText {
            while start < end, isContinuation(target[targetStart + start]) { start += 1 }
            while start < end, targetStart + end < target.count, isContinuation(target[targetStart + end]) { end -= 1 }
            // What the base has behind the copy may end a character, too, but that is not copied.
            guard end - start >= blockBytes / 2, end > 0 else { return nil }
        }
        return Copy(base: baseStart + start, target: targetStart + start..<targetStart + end)
    }

    private static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }

    // MARK: Writing

    private static func appendInsert(_ bytes: ArraySlice<UInt8>, to delta: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        appendNumber(UInt32(truncatingIfNeeded: bytes.count), to: &delta)
        delta.append(UInt8(ascii: ":"))
        delta.append(contentsOf: bytes)
    }

    /// Base 64, the most significant digit first: 0–9, A–Z, _, a–z, ~.
    private static func appendNumber(_ number: UInt32, to delta: inout [UInt8]) {
        var shift: UInt32 = 30
        while shift > 0, number >> shift == 0 { shift -= 6 }
        while true {
            delta.append(digit(UInt8(truncatingIfNeeded: number >> shift & 0x3F)))
            guard shift > 0 else { return }
            shift -= 6
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        switch value {
        case ..<10: UInt8(ascii: "0") + value
        case ..<36: UInt8(ascii: "A") + value - 10
        case 36: UInt8(ascii: "_")
        case ..<63: UInt8(ascii: "a") + value - 37
        default: UInt8(ascii: "~")
        }
    }

    /// The sum of the target's words of 32 bits, most significant byte first; the last one is filled up with zeros.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var sum: UInt32 = 0
        for (place, byte) in bytes.enumerated() { sum &+= UInt32(byte) << UInt32(24 - 8 * (place & 3)) }
        return sum
    }
}

/// The hash of a block, moved on by one byte in constant time (Rabin and Karp).
private struct RollingHash {
    private(set) var value: UInt64 = 0
    private static let base: UInt64 = 0x100_0000_01B3
    /// `base` to the power of 15: the weight of a block's first byte.
    private static let leaving: UInt64 = (0..<15).reduce(1) { product, _ in product &* base }

    init(_ block: ArraySlice<UInt8>) {
        for byte in block { value = value &* RollingHash.base &+ UInt64(byte) &+ 1 }
    }

    mutating func roll(out: UInt8, in next: UInt8) {
        value = (value &- (UInt64(out) &+ 1) &* RollingHash.leaving) &* RollingHash.base &+ UInt64(next) &+ 1
    }
}
