// Bytes borrowed, copied and compared. Beside `Frame/Masking.swift` this is the only file of the room with unsafe code: a copy
// of a borrowed run, for which the standard library has no call yet (a loop of appends costs four times as much: 50 against 13 ns
// for 128 bytes), and a word of eight bytes, with which the searches in `HTTPHead` go on.
//
// Deflate, JSON, RESP and Server have the same few lines. Package functions are not inlined into other modules, and a room of
// inlinable ones below all others would ask for an import in each of two dozen files: more than it saves.

extension [UInt8] {
    /// Appends a copy of `bytes`.
    mutating func append(copying bytes: Span<UInt8>) {
        // The buffer is only used inside the closure, while the span is borrowed.
        unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }

    /// A copy of `bytes`.
    init(copying bytes: Span<UInt8>) {
        self = unsafe bytes.withUnsafeBufferPointer { unsafe [UInt8]($0) }
    }
}

extension OutputSpan<UInt8> {
    /// Appends a copy of `bytes`, for which there must be room.
    mutating func append(copying bytes: Span<UInt8>) {
        precondition(bytes.count <= freeCapacity)
        // The room was just checked, and a borrowed span never lies inside what is being written.
        unsafe bytes.withUnsafeBufferPointer { source in
            unsafe withUnsafeMutableBufferPointer { room, count in
                let free = unsafe UnsafeMutableBufferPointer(rebasing: room[count...])
                count += unsafe free.update(fromContentsOf: source)
            }
        }
    }
}

extension String {
    /// Text from bytes; what is not UTF-8 shows as U+FFFD.
    init(copying span: Span<UInt8>) {
        if let text = try? UTF8Span(validating: span) {
            self = String(copying: text)
        } else {
            self = String(decoding: [UInt8](copying: span), as: UTF8.self)
        }
    }
}

extension Span<UInt8> {
    /// The bytes at `offset ..< offset + 8` as a little-endian number.
    @inline(__always)
    func eightBytes(at offset: Int) -> UInt64 {
        precondition(offset >= 0 && offset <= count - 8)
        // The bounds were just checked; every bit pattern is a UInt64.
        return UInt64(littleEndian: unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// The bytes at `offset ..< offset + 32`, as `eightBytes` gives them.
    @inline(__always)
    func thirtyTwoBytes(at offset: Int) -> SIMD4<UInt64> {
        precondition(offset >= 0 && offset <= count - 32)
        // The bounds were just checked; every bit pattern is four UInt64.
        let words = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: SIMD4<UInt64>.self)
        return SIMD4(
            UInt64(littleEndian: words[0]), UInt64(littleEndian: words[1]), UInt64(littleEndian: words[2]),
            UInt64(littleEndian: words[3]))
    }

    /// The bytes of `range`, at most eight, as a little-endian number.
    @inline(__always)
    func upToEightBytes(in range: Range<Int>) -> UInt64 {
        guard range.count < 8, range.lowerBound <= count &- 8 else {
            var number: UInt64 = 0
            for index in range.reversed() { number = number << 8 | UInt64(self[index]) }
            return number
        }
        return eightBytes(at: range.lowerBound) & (1 &<< UInt64(8 &* range.count) &- 1)
    }

    /// Whether the bytes of `range` are those of `text`.
    func equals(_ text: String, in range: Range<Int>) -> Bool {
        let other = text.utf8.span
        guard range.count == other.count else { return false }
        for index in other.indices where self[range.lowerBound + index] != other[index] { return false }
        return true
    }
}
