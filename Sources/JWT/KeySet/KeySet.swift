// The keys of a server, and which of them a token means. The token's header only chooses among them, by `kid` and by an algorithm that must be
// the key's own (RFC 8725 §3.1, §3.10).

/// Keys in their order.
package struct KeySet: Sendable {
    /// At most `KeyLimits.keyCountMax`.
    package let keys: [VerificationKey]

    /// No key: every token is refused.
    package init() { keys = [] }

    /// Several with the same name, or without one, may stand beside each other while keys are changed.
    package init(_ keys: [VerificationKey]) throws(KeyFault) {
        guard keys.count <= KeyLimits.keyCountMax else { throw .tooManyKeys(count: keys.count) }
        self.keys = keys
    }

    /// The keys to try, at least one and at most `TokenLimits.keyTriesMax`.
    func candidates(for header: TokenHeader) throws(TokenFault) -> [VerificationKey] {
        guard !keys.isEmpty else { throw .noKeys }
        let fitting = keys.filter { $0.algorithm == header.algorithm }
        guard let identifier = header.keyIdentifier else { return try bounded(fitting, header) }
        let named = keys.filter { $0.identifier == identifier }
        if let first = named.first {
            let both = named.filter { $0.algorithm == header.algorithm }
            guard !both.isEmpty else { throw .wrongAlgorithm(header.algorithm, key: first.algorithm) }
            return try bounded(both, header)
        }
        // A key of the configuration has no name; issuers may send one all the same.
        let nameless = fitting.filter { $0.identifier == nil }
        guard !nameless.isEmpty else { throw .unknownKey(ShownValue(identifier)) }
        return try bounded(nameless, header)
    }

    private func bounded(_ keys: [VerificationKey], _ header: TokenHeader) throws(TokenFault) -> [VerificationKey] {
        guard !keys.isEmpty else { throw .noKey(header.algorithm) }
        guard keys.count <= TokenLimits.keyTriesMax else { throw .ambiguousKey(count: keys.count) }
        return keys
    }
}
