// HMAC (RFC 2104, with SHA-2 as in RFC 4231): what a secret that both sides know signs with. The two hashers that begin with the key are
// made once for each key.

/// HMAC with one function and one key.
package struct HMAC: Sendable {
    private let inner: SHA2Hasher
    private let outer: SHA2Hasher

    /// Any key; one that is longer than a block is hashed first (RFC 2104 §2). Whether it is strong enough is the caller's question.
    package init(_ function: SHA2, key: Span<UInt8>) {
        var padded = key.count > function.blockByteCount ? function.hash(key) : []
        if padded.isEmpty { for index in key.indices { padded.append(key[index]) } }
        padded.append(contentsOf: repeatElement(0, count: function.blockByteCount - padded.count))
        inner = HMAC.hasher(function, padded, 0x36)
        outer = HMAC.hasher(function, padded, 0x5C)
    }

    private static func hasher(_ function: SHA2, _ key: [UInt8], _ pad: UInt8) -> SHA2Hasher {
        let block = key.map { $0 ^ pad }
        var hasher = SHA2Hasher(function)
        hasher.update(block.span)
        return hasher
    }

    /// The code of `message`, as long as the function's digest.
    package func code(of message: Span<UInt8>) -> [UInt8] {
        var hasher = inner
        hasher.update(message)
        let digest = hasher.finalize()
        hasher = outer
        hasher.update(digest.span)
        return hasher.finalize()
    }

    /// Whether `code` is that of `message`, whole; how long this takes says nothing of where they differ (fault J8).
    package func isValid(_ code: Span<UInt8>, of message: Span<UInt8>) -> Bool {
        let expected = self.code(of: message)
        return ConstantTime.areEqual(expected.span, code)
    }
}
