// PBKDF2 with HMAC-SHA-256 (RFC 8018 §5.2), which makes passwords dear to guess. All its time goes into the rounds, so they work on
// words: each is two blocks whose second half never changes. `HMAC` is the same in general.

/// PBKDF2-HMAC-SHA-256.
package enum PBKDF2 {
    /// A key of `byteCount` bytes from a password and a salt. `rounds`, at least 1, is the price: 600,000 or more for a password.
    package static func derive(
        password: Span<UInt8>, salt: Span<UInt8>, rounds: Int, byteCount: Int
    ) -> [UInt8] {
        precondition(rounds >= 1 && byteCount >= 0)
        let code = HMAC(.sha256, key: password)
        let chain = Chain(password)
        var key: [UInt8] = []
        key.reserveCapacity(byteCount + 32)
        var number: UInt32 = 1
        while key.count < byteCount {
            // RFC 8018 §5.2 step 3 — U1 = PRF (P, S || INT (i)), then U2 to Uc, all of them added.
            var message: [UInt8] = []
            for index in salt.indices { message.append(salt[index]) }
            for shift: UInt32 in [24, 16, 8, 0] { message.append(UInt8(truncatingIfNeeded: number >> shift)) }
            let sum = chain.sum(from: code.code(of: message.span), rounds: rounds)
            for index in 0..<32 {
                key.append(UInt8(truncatingIfNeeded: sum[index / 4] >> UInt32(24 - 8 * (index % 4))))
            }
            number &+= 1
        }
        key.removeLast(key.count - byteCount)
        return key
    }
}

/// The password's two states, from which every round begins.
private struct Chain {
    private let inner: SHA2State<UInt32>
    private let outer: SHA2State<UInt32>

    init(_ password: Span<UInt8>) {
        var block = [UInt8](repeating: 0, count: SHA2State<UInt32>.blockByteCount)
        if password.count > block.count {
            let digest = SHA2.sha256.hash(password)
            for index in digest.indices { block[index] = digest[index] }
        } else {
            for index in password.indices { block[index] = password[index] }
        }
        inner = Chain.state(block, 0x36)
        outer = Chain.state(block, 0x5C)
    }

    private static func state(_ key: [UInt8], _ pad: UInt8) -> SHA2State<UInt32> {
        let block = key.map { $0 ^ pad }
        var state = SHA2State<UInt32>.full
        state.compress(block.span, at: 0)
        return state
    }

    func sum(from first: [UInt8], rounds: Int) -> InlineArray<8, UInt32> {
        // A digest as the second block of a message: its words, the one bit, zeros, and 96 bytes in bits.
        var block = InlineArray<16, UInt32>(repeating: 0)
        block[8] = 0x8000_0000
        block[15] = 768
        for index in 0..<8 {
            for place in 0..<4 { block[index] = block[index] << 8 | UInt32(first[4 * index + place]) }
        }
        var sum = InlineArray<8, UInt32>(repeating: 0)
        for index in 0..<8 { sum[index] = block[index] }
        for _ in 1..<rounds {
            var state = inner
            state.compress(block)
            for index in 0..<8 { block[index] = state.words[index] }
            state = outer
            state.compress(block)
            for index in 0..<8 {
                block[index] = state.words[index]
                sum[index] ^= state.words[index]
            }
        }
        return sum
    }
}
