// What SHA-256 and SHA-512 have in common: bytes gathered into blocks, and the padding at the end (FIPS 180-4 §5.1). The compression
// function is the type parameter; both are known here, so no call is left open.

/// A compression function and the words it works on.
protocol HashState: Sendable {
    /// Bytes of a block: 64 or 128.
    static var blockByteCount: Int { get }
    /// Bytes of the message's length at the end of the last block: 8 or 16.
    static var lengthByteCount: Int { get }
    /// Takes the block that begins at `start`.
    mutating func compress(_ bytes: Span<UInt8>, at start: Int)
}

struct BlockHasher<State: HashState>: Sendable {
    private var state: State
    /// The beginning of a block that is not whole yet; SHA-256 uses the first half.
    private var block = InlineArray<128, UInt8>(repeating: 0)
    private var blockCount = 0
    private var byteCount: UInt64 = 0

    init(_ state: State) { self.state = state }

    mutating func update(_ bytes: Span<UInt8>) {
        byteCount &+= UInt64(bytes.count)
        var start = 0
        while start < bytes.count {
            if blockCount == 0, bytes.count - start >= State.blockByteCount {
                state.compress(bytes, at: start)
                start += State.blockByteCount
                continue
            }
            let count = min(State.blockByteCount - blockCount, bytes.count - start)
            for index in 0..<count { block[blockCount &+ index] = bytes[start &+ index] }
            blockCount += count
            start += count
            if blockCount == State.blockByteCount {
                state.compress(block.span, at: 0)
                blockCount = 0
            }
        }
    }

    /// The words behind the last block; the hasher itself stays as it is.
    func finished() -> State {
        var copy = self
        copy.pad()
        return copy.state
    }

    /// A one bit, zeros, the length in bits. Its upper half is zero: no message has 2^61 bytes.
    private mutating func pad() {
        let lengthStart = State.blockByteCount - State.lengthByteCount
        block[blockCount] = 0x80
        for index in blockCount + 1..<State.blockByteCount { block[index] = 0 }
        if blockCount >= lengthStart {
            state.compress(block.span, at: 0)
            block = InlineArray(repeating: 0)
        }
        let bitCount = byteCount &* 8
        for index in 0..<8 {
            block[State.blockByteCount - 8 + index] = UInt8(truncatingIfNeeded: bitCount >> UInt64(56 - 8 * index))
        }
        state.compress(block.span, at: 0)
    }
}
