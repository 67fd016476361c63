// JSON Web Keys (RFC 7517; members of each kind in RFC 7518 §6 and RFC 8037 §2). In a set, keys of another kind or another use are passed over
// (RFC 7517 §5), each with its reason, so that an issuer may have keys that we do not know.

import Digest
import JSON
import Signature

extension KeySet {
    /// A set read from JSON, and what was passed over.
    package struct Reading: Sendable {
        package let keys: KeySet
        /// A sentence for each key that was passed over: `key 2: the kty "X" is not known here`.
        package let notes: [String]
    }

    /// Reads `{"keys": […]}`, or one key. RSA keys that name no algorithm are for `rsaAlgorithm`.
    package static func reading(
        json text: Span<UInt8>, rsaAlgorithm: TokenAlgorithm = .rs256, allowsWeak: Bool = false
    ) throws(KeyFault) -> Reading {
        guard text.count <= KeyLimits.textBytesMax else { throw .tooLong(byteCount: text.count) }
        let members = try members(text)
        guard members.count <= KeyLimits.keyCountMax else { throw .tooManyKeys(count: members.count) }
        var keys: [VerificationKey] = []
        var notes: [String] = []
        for (index, member) in members.enumerated() {
            do throws(KeyFault) {
                keys.append(try JWK(member).key(rsaAlgorithm: rsaAlgorithm, allowsWeak: allowsWeak))
            } catch {
                notes.append("key \(index + 1): \(error)")
            }
        }
        guard !keys.isEmpty else { throw .noUsableKey(notes) }
        return Reading(keys: try KeySet(keys), notes: notes)
    }

    private static func members(_ text: Span<UInt8>) throws(KeyFault) -> [JSONValue] {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(
                text, limits: JSONLimits(depthMax: KeyLimits.depthMax, valueCountMax: KeyLimits.valueCountMax))
        } catch {
            throw .json(offset: error.offset)
        }
        if case .array(let keys) = value["keys"] { return keys }
        guard value["kty"] != nil else { throw .notAKeySet }
        return [value]
    }
}

/// One object of a set.
private struct JWK {
    private let object: JSONValue

    init(_ value: JSONValue) throws(KeyFault) {
        guard case .object = value else { throw .memberType("keys") }
        object = value
    }

    func key(rsaAlgorithm: TokenAlgorithm, allowsWeak: Bool) throws(KeyFault) -> VerificationKey {
        try checkUse()
        let identifier = try string("kid")
        let algorithm = try self.algorithm()
        let type = try required("kty")
        if type.elementsEqual("RSA".utf8) {
            let modulus = try bytes("n")
            let exponent = try bytes("e")
            return try .rsa(
                modulus: modulus.span, exponent: exponent.span, algorithm ?? rsaAlgorithm, identifier: identifier)
        }
        if type.elementsEqual("oct".utf8) {
            let secret = try bytes("k", mayBeEmpty: true)
            return try .secret(
                secret.span, algorithm ?? .hs256, identifier: identifier, allowsWeak: allowsWeak)
        }
        let key: VerificationKey
        if type.elementsEqual("EC".utf8) {
            key = try elliptic(identifier)
        } else if type.elementsEqual("OKP".utf8) {
            key = try octetKeyPair(identifier)
        } else {
            throw .unsupported(member: "kty", ShownValue(type))
        }
        // RFC 7518 §3.4, RFC 8037 §3.1 — the curve has decided.
        if let algorithm, algorithm != key.algorithm { throw .wrongAlgorithm(algorithm, key.algorithm.keyKind) }
        return key
    }

    /// RFC 7517 §4.2, §4.3.
    private func checkUse() throws(KeyFault) {
        if let use = try string("use"), !use.elementsEqual("sig".utf8) { throw .notForVerifying(member: "use") }
        switch object["key_ops"] {
        case nil: return
        case .array(let operations):
            guard operations.contains(.string([UInt8]("verify".utf8))) else {
                throw .notForVerifying(member: "key_ops")
            }
        default: throw .memberType("key_ops")
        }
    }

    private func algorithm() throws(KeyFault) -> TokenAlgorithm? {
        guard let name = try string("alg") else { return nil }
        guard let algorithm = TokenAlgorithm(name: name) else { throw .unsupported(member: "alg", ShownValue(name)) }
        return algorithm
    }

    private func elliptic(_ identifier: [UInt8]?) throws(KeyFault) -> VerificationKey {
        let name = try required("crv")
        let curve: EllipticCurve
        if name.elementsEqual("P-256".utf8) {
            curve = .p256
        } else if name.elementsEqual("P-384".utf8) {
            curve = .p384
        } else {
            throw .unsupported(member: "crv", ShownValue(name))
        }
        let x = try bytes("x")
        let y = try bytes("y")
        return try .elliptic(curve, x: x.span, y: y.span, identifier: identifier)
    }

    private func octetKeyPair(_ identifier: [UInt8]?) throws(KeyFault) -> VerificationKey {
        let curve = try required("crv")
        guard curve.elementsEqual("Ed25519".utf8) else { throw .unsupported(member: "crv", ShownValue(curve)) }
        let x = try bytes("x")
        return try .ed25519(x.span, identifier: identifier)
    }

    private func string(_ member: String) throws(KeyFault) -> [UInt8]? {
        switch object[member] {
        case nil: return nil
        case .string(let bytes): return bytes
        default: throw .memberType(member)
        }
    }

    private func required(_ member: String) throws(KeyFault) -> [UInt8] {
        guard let value = try string(member) else { throw .missingMember(member) }
        return value
    }

    private func bytes(_ member: String, mayBeEmpty: Bool = false) throws(KeyFault) -> [UInt8] {
        let text = try required(member)
        guard let bytes = Base64URL.decode(text.span), mayBeEmpty || !bytes.isEmpty else {
            throw .memberBase64(member)
        }
        return bytes
    }
}
