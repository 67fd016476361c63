// The keys that settings and files give a node, and the rules for what is signed with them. A pure function of `TokenSettings` whose files are
// read: the start, `rookery check`, SIGHUP and `rookery token` make the same of it.

import JWT

struct TokenKeys: Sendable {
    /// Of secrets and PEM files: other ones come with SIGHUP.
    let fixed: [VerificationKey]
    /// What the file with the key set holds; empty without one.
    let ofFile: [VerificationKey]
    /// Where more come from.
    let source: KeySetSource?
    let rules: ClaimRules
    let rsaAlgorithm: TokenAlgorithm
    let allowsWeakSecret: Bool

    /// The setting at fault, and why.
    struct Problem: Error, Equatable {
        let flag: String
        let text: String
    }

    init(_ settings: TokenSettings) throws(Problem) {
        var keys: [VerificationKey] = []
        guard settings.files.secrets.count <= TokenSettings.secretsMax else {
            throw Problem(
                flag: "--token-secret-file",
                text:
                    "--token-secret-file: \(settings.files.secrets.count) secrets, files and environment together; two are enough to change them, the one in use and the one before"
            )
        }
        for (index, secret) in settings.files.secrets.enumerated() {
            keys.append(
                try TokenKeys.taking(index, settings) { () throws(KeyFault) in
                    try .secret(
                        secret.bytes.span, settings.hmacAlgorithm, allowsWeak: settings.allowsWeakSecret)
                })
        }
        for (path, text) in zip(settings.publicKeyFiles, settings.files.publicKeys) {
            do throws(KeyFault) {
                keys += try KeySet.pem(text.span, rsaAlgorithm: settings.rsaAlgorithm).keys
            } catch {
                throw TokenKeys.problem("--token-public-key", path, error)
            }
        }
        try TokenKeys.checkCount(keys)
        fixed = keys
        source = settings.keySet
        rules = settings.rules
        rsaAlgorithm = settings.rsaAlgorithm
        allowsWeakSecret = settings.allowsWeakSecret
        guard case .file(let path) = settings.keySet, let text = settings.files.keySet else {
            ofFile = []
            return
        }
        do throws(KeyFault) {
            ofFile = try KeySet.reading(
                json: text.span, rsaAlgorithm: rsaAlgorithm, allowsWeak: allowsWeakSecret
            ).keys.keys
        } catch {
            throw TokenKeys.problem("--token-jwks", path, error)
        }
    }

    /// What a token is verified with when `found` came from the source.
    func verifier(_ found: [VerificationKey]) -> TokenVerifier {
        // Both are bounded: what is too much for a set is left out of the issuer's, never of our own.
        let room = max(0, KeyLimits.keyCountMax - fixed.count)
        let keys = try? KeySet(fixed + found.prefix(room))
        return TokenVerifier(keys: keys ?? KeySet(), rules: rules)
    }

    /// Keys of the source, from its text.
    func reading(_ text: [UInt8]) throws(KeyFault) -> KeySet.Reading {
        try KeySet.reading(json: text.span, rsaAlgorithm: rsaAlgorithm, allowsWeak: allowsWeakSecret)
    }

    private static func taking(
        _ index: Int, _ settings: TokenSettings, _ make: () throws(KeyFault) -> VerificationKey
    ) throws(Problem) -> VerificationKey {
        do throws(KeyFault) {
            return try make()
        } catch {
            let files = settings.secretFiles
            if index < files.count { throw problem("--token-secret-file", files[index], error) }
            throw Problem(
                flag: "--token-secret-file",
                text: "\(TokenSettings.environmentNames.joined(separator: ", ")): \(words(error))")
        }
    }

    private static func problem(_ flag: String, _ path: String, _ fault: KeyFault) -> Problem {
        Problem(flag: flag, text: "\(flag) \(Printable.text(path, atMost: 200)): \(words(fault))")
    }

    private static func words(_ fault: KeyFault) -> String {
        if case .weakSecret = fault { return "\(fault) (--allow-weak-hmac-key)" }
        return "\(fault)"
    }

    /// Keys without a name are tried one after the other: with more than a few, each token would cost as many signatures (row J13).
    private static func checkCount(_ keys: [VerificationKey]) throws(Problem) {
        for algorithm in TokenAlgorithm.allCases {
            let count = keys.count { $0.algorithm == algorithm }
            guard count > TokenLimits.keyTriesMax else { continue }
            throw Problem(
                flag: "--token-public-key",
                text:
                    "--token-public-key: \(count) keys for \(algorithm.name), and at most \(TokenLimits.keyTriesMax) without a name can be tried for each token; give them names in a JWK Set (--token-jwks)"
            )
        }
    }
}
