// The compact form of a signed token (RFC 7515 §7.1), taken apart: header.claims.signature, each in Base64url. Bounded before anything is
// decoded (fault J11), and strict, so that a token has one spelling (fault J12).

import Digest
import JSON

/// A token's parts, decoded. Nothing of it is believed yet.
struct CompactToken: Sendable {
    let header: TokenHeader
    /// The claims' text, not looked at.
    let claims: [UInt8]
    let signature: [UInt8]
    /// How many bytes of the token are signed: header, dot and claims as they came.
    let signedByteCount: Int

    init(_ token: Span<UInt8>) throws(TokenFault) {
        guard token.count <= TokenLimits.tokenBytesMax else { throw .tooLong(byteCount: token.count) }
        var dots: [Int] = []
        for index in token.indices where token[index] == UInt8(ascii: ".") { dots.append(index) }
        guard dots.count == 2 else { throw .parts(dots.count + 1) }
        let headerText = try CompactToken.decode(token.extracting(0..<dots[0]), .header)
        guard headerText.count <= TokenLimits.headerBytesMax else {
            throw .headerTooLong(byteCount: headerText.count)
        }
        header = try TokenHeader(headerText)
        claims = try CompactToken.decode(token.extracting(dots[0] + 1..<dots[1]), .claims)
        signature = try CompactToken.decode(token.extracting(dots[1] + 1..<token.count), .signature)
        signedByteCount = dots[1]
    }

    private static func decode(_ text: Span<UInt8>, _ part: TokenFault.Part) throws(TokenFault) -> [UInt8] {
        guard !text.isEmpty else { throw .emptyPart(part) }
        guard let bytes = Base64URL.decode(text) else { throw .base64(part) }
        return bytes
    }
}

/// What a header may say (RFC 7515 §4.1): the algorithm, which must be the key's own, and which key. Keys and addresses of keys (`jwk`, `jku`,
/// `x5c`, `x5u`) are not read: whoever forged the token wrote them (fault J3).
struct TokenHeader: Sendable {
    let algorithm: TokenAlgorithm
    let keyIdentifier: [UInt8]?

    init(_ text: [UInt8]) throws(TokenFault) {
        let header = try JSONValue(part: .header, text)
        // RFC 7515 §4.1.11 — what crit lists must be understood; we understand none, and an empty list is not allowed.
        guard header["crit"] == nil else { throw .critical }
        switch header["alg"] {
        case nil: throw .noAlgorithm
        case .string(let name):
            // RFC 8725 §3.2 (fault J1).
            guard !TokenHeader.isNone(name) else { throw .unsecured }
            guard let algorithm = TokenAlgorithm(name: name) else { throw .unknownAlgorithm(ShownValue(name)) }
            self.algorithm = algorithm
        case .some(let value): throw .headerType(member: "alg", found: value.kindWithArticle)
        }
        switch header["kid"] {
        case nil: keyIdentifier = nil
        case .string(let identifier):
            guard identifier.count <= TokenLimits.keyIdentifierBytesMax else {
                throw .keyIdentifierTooLong(byteCount: identifier.count)
            }
            keyIdentifier = identifier
        case .some(let value): throw .headerType(member: "kid", found: value.kindWithArticle)
        }
    }

    /// In whatever case; it is refused anyway, this is for the sentence.
    private static func isNone(_ name: [UInt8]) -> Bool { name.map { $0 | 0x20 }.elementsEqual("none".utf8) }
}

extension JSONValue {
    /// The object of a part of a token; a name that stands twice is refused, at every level (fault J12).
    init(part: TokenFault.Part, _ text: [UInt8]) throws(TokenFault) {
        let limits = JSONLimits(depthMax: TokenLimits.depthMax, valueCountMax: TokenLimits.valueCountMax)
        do throws(JSONError) {
            self = try JSONValue(text.span, limits: limits)
        } catch {
            throw .json(part, error)
        }
        guard case .object = self else { throw .notAnObject(part) }
    }

    /// For sentences: `a string`.
    var kindWithArticle: String {
        switch self {
        case .null: "null"
        case .boolean(let value): value ? "true" : "false"
        case .number(let digits):
            // Digits, a point, an exponent: nothing to escape.
            digits.count > TokenLimits.shownBytesMax
                ? "a long number" : "the number \(String(decoding: digits, as: UTF8.self))"
        case .string: "a string"
        case .array: "a list"
        case .object: "an object"
        }
    }
}
