// The one place of this room that touches raw memory: spans into arrays in one copy, and eight bytes at a time.
// `WSProtocol/Bytes.swift` says why each room has these lines.

extension [UInt8] {
    /// Appends a copy of `bytes`.
    @inline(__always)
    mutating func append(copying bytes: Span<UInt8>) {
        // The buffer is only used inside the closure, while the span is borrowed.
        unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }

    /// A copy of `bytes`.
    init(copying bytes: Span<UInt8>) {
        self = []
        append(copying: bytes)
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
    func equals(_ other: [UInt8]) -> Bool {
        guard count == other.count else { return false }
        for index in 0..<count where self[index] != other[index] { return false }
        return true
    }
}
