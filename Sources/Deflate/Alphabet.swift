// The symbols of RFC 1951 §3.2.5 and §3.2.7: which lengths and distances they stand for, and how many more bits say the rest.
// These are the rules of the format; both directions read them here.

/// The three alphabets of a compressed block.
enum Alphabet {
    /// The literal/length symbol that ends a block.
    static let endOfBlock = 256
    /// Literal/length symbols a dynamic block may name: 0...285 (§3.2.7).
    static let literalLengthCountMax = 286
    /// Distance symbols a dynamic block may name: 0...29.
    static let distanceCountMax = 30
    /// Symbols that describe code lengths.
    static let codeLengthCount = 19
    /// The longest literal/length or distance code, in bits.
    static let codeBitsMax = 15
    /// The longest code of the code lengths, in bits.
    static let codeLengthBitsMax = 7
    /// The longest match; the shortest has 3 bytes.
    static let matchCountMax = 258

    /// §3.2.5 — the first length of the symbols 257...285, and the bits that follow.
    static let lengthBases: [UInt16] = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258,
    ]
    static let lengthExtraBits: [UInt8] = [
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
    ]
    /// §3.2.5 — the first distance of the symbols 0...29, and the bits that follow.
    static let distanceBases: [UInt16] = [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
        6145,
        8193, 12289, 16385, 24577,
    ]
    static let distanceExtraBits: [UInt8] = [
        0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
    ]
    /// §3.2.7 — the order in which the code lengths of the code length alphabet stand in a block.
    static let codeLengthOrder: [UInt8] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

    /// §3.2.6 — the lengths of the fixed codes, with the symbols 286 and 287 and the distances 30 and 31 that never occur.
    static let fixedLiteralLengths: [UInt8] =
        Array(repeating: 8, count: 144) + Array(repeating: 9, count: 112) + Array(repeating: 7, count: 24)
        + Array(repeating: 8, count: 8)
    static let fixedDistanceLengths: [UInt8] = Array(repeating: 5, count: 32)
}
