// Bytes borrowed and bytes kept: a copy in one block, for which the standard library has no call yet. `WSProtocol/Bytes.swift`
// says why each room has these lines.

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
