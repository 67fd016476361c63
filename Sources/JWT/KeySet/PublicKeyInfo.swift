// SubjectPublicKeyInfo (RFC 5280 §4.1), what a PEM block "PUBLIC KEY" holds: an object identifier with parameters says the kind of key, a bit
// string is the key. RSA as in RFC 8017 §A.1.1, curves as in RFC 5480 §2, Ed25519 as in RFC 8410 §4.

import Signature

extension VerificationKey {
    /// The key of a SubjectPublicKeyInfo. RSA keys are for `rsaAlgorithm`; of the others the kind says it.
    package static func publicKeyInfo(
        _ bytes: Span<UInt8>, rsaAlgorithm: TokenAlgorithm = .rs256, identifier: [UInt8]? = nil
    ) throws(KeyFault) -> VerificationKey {
        var outside = DERReader(0..<bytes.count)
        var info = DERReader(try outside.next(.sequence, in: bytes))
        try outside.finish()
        var algorithm = DERReader(try info.next(.sequence, in: bytes))
        let name = try algorithm.next(.objectIdentifier, in: bytes)
        switch ObjectIdentifier(bytes, name) {
        case .rsaEncryption:
            let parameters = try algorithm.next(.null, in: bytes)
            guard parameters.isEmpty else { throw .der("a NULL that is not empty", offset: parameters.lowerBound) }
            try algorithm.finish()
            let key = try info.wholeBytes(in: bytes)
            try info.finish()
            return try rsaKey(bytes, key, rsaAlgorithm, identifier)
        case .ecPublicKey:
            let curve = try curve(bytes, try algorithm.next(.objectIdentifier, in: bytes))
            try algorithm.finish()
            let point = try info.wholeBytes(in: bytes)
            try info.finish()
            return try elliptic(curve, point: bytes.extracting(point), at: point.lowerBound, identifier)
        case .ed25519:
            try algorithm.finish()
            let key = try info.wholeBytes(in: bytes)
            try info.finish()
            return try ed25519(bytes.extracting(key), identifier: identifier)
        case .p256, .p384, nil: throw .unknownKeyType(ObjectIdentifier.hexadecimal(bytes, name))
        }
    }

    private static func rsaKey(
        _ bytes: Span<UInt8>, _ place: Range<Int>, _ algorithm: TokenAlgorithm, _ identifier: [UInt8]?
    ) throws(KeyFault) -> VerificationKey {
        var outside = DERReader(place)
        var key = DERReader(try outside.next(.sequence, in: bytes))
        try outside.finish()
        let modulus = try key.unsignedInteger(in: bytes)
        let exponent = try key.unsignedInteger(in: bytes)
        try key.finish()
        return try rsa(
            modulus: bytes.extracting(modulus), exponent: bytes.extracting(exponent), algorithm, identifier: identifier)
    }

    private static func curve(_ bytes: Span<UInt8>, _ name: Range<Int>) throws(KeyFault) -> EllipticCurve {
        switch ObjectIdentifier(bytes, name) {
        case .p256: .p256
        case .p384: .p384
        case .rsaEncryption, .ecPublicKey, .ed25519, nil:
            throw .unknownKeyType(ObjectIdentifier.hexadecimal(bytes, name))
        }
    }

    /// SEC 1 §2.3.4 — 04 and both coordinates. The compressed form, which JWK does not have either, is not taken.
    private static func elliptic(
        _ curve: EllipticCurve, point: Span<UInt8>, at offset: Int, _ identifier: [UInt8]?
    ) throws(KeyFault) -> VerificationKey {
        guard point.count == 1 + 2 * curve.byteCount, point[0] == 0x04 else {
            throw .der("a point that is not uncompressed, or of another length than the curve's", offset: offset)
        }
        return try elliptic(
            curve, x: point.extracting(1..<1 + curve.byteCount), y: point.extracting(1 + curve.byteCount..<point.count),
            identifier: identifier)
    }
}

/// The names of kinds of keys, as the bytes of an object identifier.
private enum ObjectIdentifier: CaseIterable {
    case rsaEncryption, ecPublicKey, p256, p384, ed25519

    private var bytes: [UInt8] {
        switch self {
        case .rsaEncryption: [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01]
        case .ecPublicKey: [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01]
        case .p256: [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]
        case .p384: [0x2B, 0x81, 0x04, 0x00, 0x22]
        case .ed25519: [0x2B, 0x65, 0x70]
        }
    }

    init?(_ bytes: Span<UInt8>, _ place: Range<Int>) {
        let found = place.map { bytes[$0] }
        guard let known = ObjectIdentifier.allCases.first(where: { $0.bytes == found }) else { return nil }
        self = known
    }

    /// At most 16 bytes of it.
    static func hexadecimal(_ bytes: Span<UInt8>, _ place: Range<Int>) -> String {
        place.prefix(16).map { (bytes[$0] < 16 ? "0" : "") + String(bytes[$0], radix: 16) }.joined()
    }
}
