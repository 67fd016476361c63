// EMSA-PSS (RFC 8017 §9.1.2) with a salt of the digest's length and MGF1 with the same function, as RFC 7518 §3.5 has it. A block has one form
// for each salt: all of its bytes are checked.

import Digest

enum PSS {
    /// Whether `block`, the whole of what a signature contains, is one for `digest`. `bitCount` is that of the modulus less one.
    static func isValid(_ block: Span<UInt8>, bitCount: Int, _ digest: Span<UInt8>, _ function: SHA2) -> Bool {
        let digestCount = function.digestByteCount
        let count = (bitCount + 7) / 8
        // §8.2.2 step 2c — a modulus of 8n + 1 bits leaves a byte in front, which is zero.
        guard block.count >= count, count >= 2 * digestCount + 2 else { return false }
        for index in 0..<block.count - count where block[index] != 0 { return false }
        let message = block.extracting(block.count - count..<block.count)
        // Steps 4 to 6: the trailer, and zeros in the bits that are too many.
        let unusedBits = 8 * count - bitCount
        guard message[count - 1] == 0xBC, UInt16(message[0]) >> UInt16(8 - unusedBits) == 0 else { return false }
        // Steps 5 to 9: the masked data block, the hash.
        let dataCount = count - digestCount - 1
        let hash = message.extracting(dataCount..<count - 1)
        let mask = maskGeneration(hash, function, byteCount: dataCount)
        var data = (0..<dataCount).map { message[$0] ^ mask[$0] }
        data[0] &= 0xFF >> UInt8(unusedBits)
        // Step 10: zeros, a one, and the salt is the rest.
        let saltStart = dataCount - digestCount
        for index in 0..<saltStart where data[index] != (index == saltStart - 1 ? 1 : 0) { return false }
        // Steps 12 to 14.
        var hasher = SHA2Hasher(function)
        let zeros = InlineArray<8, UInt8>(repeating: 0)
        hasher.update(zeros.span)
        hasher.update(digest)
        hasher.update(data.span.extracting(saltStart..<dataCount))
        let expected = hasher.finalize()
        return ConstantTime.areEqual(expected.span, hash)
    }

    /// MGF1 (RFC 8017 §B.2.1): `byteCount` bytes of digests of the seed and a counter.
    private static func maskGeneration(_ seed: Span<UInt8>, _ function: SHA2, byteCount: Int) -> [UInt8] {
        var mask: [UInt8] = []
        var counter: UInt32 = 0
        while mask.count < byteCount {
            var hasher = SHA2Hasher(function)
            hasher.update(seed)
            let number: InlineArray<4, UInt8> = [
                UInt8(truncatingIfNeeded: counter >> 24), UInt8(truncatingIfNeeded: counter >> 16),
                UInt8(truncatingIfNeeded: counter >> 8), UInt8(truncatingIfNeeded: counter),
            ]
            hasher.update(number.span)
            mask.append(contentsOf: hasher.finalize())
            counter &+= 1
        }
        return mask
    }
}
