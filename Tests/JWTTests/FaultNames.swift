// How the fixtures of Fixtures/jwt call each fault.
import JWT
import Signature

extension TokenFault {
    var fixtureName: String {
        switch self {
        case .tooLong: "too-long"
        case .parts: "parts"
        case .emptyPart(let part): "empty-\(part)"
        case .base64(let part): "base64-\(part)"
        case .json(let part, _): "json-\(part)"
        case .notAnObject(let part): "object-\(part)"
        case .headerTooLong: "header-length"
        case .noAlgorithm: "no-algorithm"
        case .headerType: "header-type"
        case .keyIdentifierTooLong: "kid-length"
        case .unsecured: "none"
        case .unknownAlgorithm: "algorithm"
        case .critical: "crit"
        case .noKeys: "no-keys"
        case .noKey: "no-key"
        case .unknownKey: "unknown-key"
        case .wrongAlgorithm: "wrong-algorithm"
        case .ambiguousKey: "ambiguous"
        case .wrongSignature: "signature"
        case .missing: "missing"
        case .claimType: "type"
        case .date: "date"
        case .claimBase64: "claim-base64"
        case .expired: "expired"
        case .notBefore: "not-before"
        case .livesTooLong: "lifetime"
        case .wrongIssuer: "issuer"
        case .wrongAudience: "audience"
        case .channelInConnectionToken: "channel"
        case .emptyChannel: "empty-channel"
        case .otherUser: "other-user"
        case .otherChannel: "other-channel"
        case .otherClient: "other-client"
        }
    }
}

extension KeyFault {
    var fixtureName: String {
        switch self {
        case .emptySecret: "empty-secret"
        case .weakSecret: "weak-secret"
        case .wrongAlgorithm: "wrong-algorithm"
        case .publicKey: "public-key"
        case .noPEM: "no-pem"
        case .label: "label"
        case .pemEnd: "end"
        case .pemBase64: "base64"
        case .der: "der"
        case .unknownKeyType: "key-type"
        case .tooLong: "too-long"
        case .json: "json"
        case .notAKeySet: "no-set"
        case .tooManyKeys: "too-many"
        case .noUsableKey: "none-usable"
        case .missingMember: "missing"
        case .memberType: "type"
        case .memberBase64: "member-base64"
        case .unsupported: "unsupported"
        case .notForVerifying: "not-for-verifying"
        }
    }
}
