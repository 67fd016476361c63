// The one place of this room that touches raw memory: spans into arrays in one copy, and eight bytes at a time. Package
// functions are not inlined across modules, so each room that copies or searches bytes has its own few lines.

extension [UInt8] {
    /// Appends the bytes of a span in one copy; the standard library's own way from a span goes byte by byte.
    @inline(__always)
    package mutating func append(copying span: Span<UInt8>) {
        // Safe: the buffer is only read, and only inside the closure.
        unsafe span.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }

    package init(copying span: Span<UInt8>) {
        self = []
        append(copying: span)
    }
}

extension Span<UInt8> {
    var first: UInt8? { isEmpty ? nil : self[0] }

    /// The bytes at `offset ..< offset + 8` as a little-endian number.
    @inline(__always)
    func eightBytes(at offset: Int) -> UInt64 {
        precondition(offset >= 0 && offset <= count - 8)
        // Safe: the bounds were just checked; every bit pattern is a UInt64.
        return UInt64(littleEndian: unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// True when the span holds exactly these bytes.
    package func equals(_ other: [UInt8]) -> Bool {
        guard count == other.count else { return false }
        for index in 0..<count where self[index] != other[index] { return false }
        return true
    }
}
