// Bytes borrowed and bytes kept: a copy in one block, for which the standard library has no call yet. Byte by byte it would
// cost ten times as much. `WSProtocol/Bytes.swift` says why each room has these lines.

extension [UInt8] {
    /// Appends a copy of `bytes`.
    mutating func append(copying bytes: Span<UInt8>) {
        // The buffer is only used inside the closure, while the span is borrowed.
        unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }

    /// Writes a copy of `bytes` over what stands at `start`, which must have room for it.
    mutating func overwrite(at start: Int, copying bytes: Span<UInt8>) {
        precondition(start >= 0 && bytes.count <= count - start)
        // The bounds were just checked, and a borrowed span never lies inside an array that is being changed.
        unsafe bytes.withUnsafeBytes { source in
            unsafe withUnsafeMutableBytes { room in
                unsafe UnsafeMutableRawBufferPointer(rebasing: room[start...]).copyMemory(from: source)
            }
        }
    }
}
