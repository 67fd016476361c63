// Bits on their way out, the first one lowest (RFC 1951 §3.1.1). Eight bytes are stored at a time and the place moves by the
// whole ones: no loop for each byte, and some room behind the last.

/// Appends bits to bytes that were made room for.
struct BitWriter: ~Copyable {
    private var bits: UInt64 = 0
    private var bitCount: UInt64 = 0
    /// Where the next byte goes, and the bytes in front of it.
    fileprivate(set) var count: Int

    init(at count: Int) { self.count = count }

    /// Writes the low `number` bits of `value`, 0...56, the bits above them zero. There are 8 bytes behind `count`.
    mutating func write(_ value: UInt64, _ number: UInt64, to bytes: inout MutableRawSpan) {
        bits |= value &<< bitCount
        bitCount &+= number
        bytes.storeBytes(of: bits.littleEndian, toByteOffset: count, as: UInt64.self)
        count &+= Int(truncatingIfNeeded: bitCount &>> 3)
        bits &>>= bitCount & ~7
        bitCount &= 7
    }

    /// Fills the byte that is begun with zeros.
    mutating func align(_ bytes: inout MutableRawSpan) {
        if bitCount > 0 { write(0, 8 - bitCount, to: &bytes) }
    }

    /// Bits of the byte that is begun.
    var openBits: Int { Int(bitCount) }
}

extension BitWriter {
    /// Appends whole bytes; the last byte is full. There is room for them.
    mutating func append(_ source: Span<UInt8>, to bytes: inout MutableRawSpan) {
        for index in source.indices {
            bytes.storeBytes(of: source[index], toByteOffset: count &+ index, as: UInt8.self)
        }
        count &+= source.count
    }
}
