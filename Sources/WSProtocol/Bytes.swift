// Bytes borrowed, copied and compared. Beside `Frame/Masking.swift` this is the only file of the room with unsafe code: a copy
// of a borrowed run, for which the standard library has no call yet (a loop of appends costs four times as much: 50 against 13 ns
// for 128 bytes), the words and blocks of 8 and 32 bytes with which the searches in `HTTPHead` go on, and the bytes of literals.
//
// Deflate, JSON, RESP and Server have the same few lines. Package functions are not inlined into other modules, and a room of
// inlinable ones below all others would ask for an import in each of two dozen files: more than it saves.

extension [UInt8] {
    /// Appends a copy of `bytes`.
    mutating func append(copying bytes: Span<UInt8>) {
        // The buffer is only used inside the closure, while the span is borrowed.
        unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }

    /// Appends the bytes of a literal.
    mutating func append(_ text: StaticString) {
        precondition(text.hasPointerRepresentation)
        // The text is there as long as the program.
        unsafe append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// A copy of `bytes`.
    init(copying bytes: Span<UInt8>) {
        self = unsafe bytes.withUnsafeBufferPointer { unsafe [UInt8]($0) }
    }
}

extension OutputSpan<UInt8> {
    /// Appends a copy of `bytes`, for which there must be room.
    @inline(__always)
    mutating func append(copying bytes: Span<UInt8>) {
        precondition(bytes.count <= freeCapacity)
        // The room was just checked, and a borrowed span never lies inside what is being written.
        unsafe bytes.withUnsafeBufferPointer { source in
            unsafe withUnsafeMutableBufferPointer { room, count in
                guard let end = room.baseAddress, let start = source.baseAddress else { return }
                unsafe (end + count).initialize(from: start, count: source.count)
                count &+= source.count
            }
        }
    }
}

extension StaticString {
    /// The bytes at `offset ..< offset + count`, at most eight, as `Span.eightBytes(at:)` gives them. Of a literal the compiler makes a
    /// number.
    @inline(__always)
    func word(at offset: Int, count: Int) -> UInt64 {
        precondition(hasPointerRepresentation && offset >= 0 && count <= 8 && offset <= utf8CodeUnitCount - count)
        var word: UInt64 = 0
        // The bounds were just checked, and the text is there as long as the program.
        for index in 0..<count { word |= unsafe UInt64(utf8Start[offset &+ index]) << UInt64(8 &* index) }
        return word
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
        return UInt64(littleEndian: unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
    }

    /// The bytes at `offset ..< offset + 32`, as `eightBytes` gives them.
    @inline(__always)
    func thirtyTwoBytes(at offset: Int) -> SIMD4<UInt64> {
        precondition(offset >= 0 && offset <= count - 32)
        // The bounds were just checked; every bit pattern is four UInt64.
        let words = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: SIMD4<UInt64>.self)
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

    /// Whether these are the bytes of `text`, a literal.
    @inline(__always)
    func equals(_ text: StaticString) -> Bool { equals(text, in: 0..<count, ignoring: 0) }

    /// Whether the bytes of `range` are those of `text`, a literal, but for the bits that `ignored` has in each byte.
    @inline(__always)
    func equals(_ text: StaticString, in range: Range<Int>, ignoring ignored: UInt8) -> Bool {
        let size = text.utf8CodeUnitCount
        guard range.count == size else { return false }
        let mask = UInt64(ignored) &* 0x0101_0101_0101_0101
        guard size >= 8 else { return upToEightBytes(in: range) | mask == text.word(at: 0, count: size) | mask }
        var differences: UInt64 = 0
        var index = 0
        while index < size {
            // The last step looks once more at some of the bytes of the one before.
            let offset = Swift.min(index, size &- 8)
            differences |= (eightBytes(at: range.lowerBound &+ offset) ^ text.word(at: offset, count: 8)) & ~mask
            index &+= 8
        }
        return differences == 0
    }
}
