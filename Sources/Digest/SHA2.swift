// SHA-256, SHA-384 and SHA-512 (FIPS 180-4), for signatures, HMAC and passwords. Which of them is a value, because a token's key says it
// while the program runs.

/// The hash functions of FIPS 180-4 that tokens use.
package enum SHA2: Equatable, Sendable {
    case sha256
    case sha384
    case sha512

    /// Bytes of a digest: 32, 48 or 64.
    package var digestByteCount: Int {
        switch self {
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }

    /// Bytes of a block, which HMAC pads its key to: 64, or 128.
    var blockByteCount: Int {
        switch self {
        case .sha256: SHA2State<UInt32>.blockByteCount
        case .sha384, .sha512: SHA2State<UInt64>.blockByteCount
        }
    }

    /// The digest of `bytes`, `digestByteCount` long.
    package func hash(_ bytes: Span<UInt8>) -> [UInt8] {
        var hasher = SHA2Hasher(self)
        hasher.update(bytes)
        return hasher.finalize()
    }
}

/// A digest of bytes that may come in pieces.
package struct SHA2Hasher: Sendable {
    private enum State: Sendable {
        case narrow(BlockHasher<SHA2State<UInt32>>)
        case wide(BlockHasher<SHA2State<UInt64>>)
    }

    private let function: SHA2
    private var state: State

    /// Before the first byte.
    package init(_ function: SHA2) {
        self.function = function
        switch function {
        case .sha256: state = .narrow(BlockHasher(.full))
        case .sha384: state = .wide(BlockHasher(.sha384))
        case .sha512: state = .wide(BlockHasher(.full))
        }
    }

    /// Takes the next piece of the message.
    package mutating func update(_ bytes: Span<UInt8>) {
        switch state {
        case .narrow(var hasher):
            hasher.update(bytes)
            state = .narrow(hasher)
        case .wide(var hasher):
            hasher.update(bytes)
            state = .wide(hasher)
        }
    }

    /// The digest of everything taken so far; the hasher itself stays as it is.
    package func finalize() -> [UInt8] {
        switch state {
        case .narrow(let hasher): hasher.finished().digest(function.digestByteCount)
        case .wide(let hasher): hasher.finished().digest(function.digestByteCount)
        }
    }
}
