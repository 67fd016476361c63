// Bytes borrowed and bytes kept. The standard library has no call yet that appends a span in one copy.

extension [UInt8] {
    /// Appends `bytes` in one copy.
    mutating func append(copying bytes: Span<UInt8>) {
        // The pointer lives in the closure only, and append copies what lies between its bounds.
        unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }
}
