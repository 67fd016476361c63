// What is kept of a password: PBKDF2-HMAC-SHA-256 (RFC 8018 §5.2) with a salt of its own. Whoever reads the file must try passwords, at
// `rounds` each; how many that are is written beside the hash, so that they can grow.

import Digest

struct PasswordHash: Equatable, Sendable {
    /// The scheme's name in the file.
    static let scheme = "pbkdf2-sha256"
    static let roundsMin = 600_000
    /// A login costs this much of the one thread for all.
    static let roundsMax = 10_000_000
    static let keyByteCount = 32
    static let saltByteCount = 16
    static let saltBytes = 16...64

    let rounds: Int
    let salt: [UInt8]
    let key: [UInt8]

    init(rounds: Int, salt: [UInt8], key: [UInt8]) {
        self.rounds = rounds
        self.salt = salt
        self.key = key
    }

    /// `salt` is random bytes.
    init(of password: [UInt8], salt: [UInt8], rounds: Int) {
        self.init(rounds: rounds, salt: salt, key: PasswordHash.key(of: password, salt, rounds))
    }

    /// How long this takes says nothing of where the two differ (row J8).
    func matches(_ password: [UInt8]) -> Bool {
        let found = PasswordHash.key(of: password, salt, rounds)
        return ConstantTime.areEqual(found.span, key.span)
    }

    static func key(of password: [UInt8], _ salt: [UInt8], _ rounds: Int) -> [UInt8] {
        PBKDF2.derive(password: password.span, salt: salt.span, rounds: rounds, byteCount: keyByteCount)
    }
}

extension PasswordHash: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Nothing that could be tried against.
    var description: String { "(hidden)" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: []) }
}

/// What a password must be. Long is what counts; nothing is asked of its characters (NIST SP 800-63B §3.1.1.2).
enum PasswordRules {
    static let charactersMin = 10
    static let bytesMax = 1_024

    /// In words; nil when it may be used.
    static func problem(_ password: [UInt8], user: String) -> String? {
        guard password.count <= bytesMax else { return "it is longer than \(bytesMax) bytes; take a shorter one" }
        guard let text = String(validating: password, as: UTF8.self) else { return "it is not UTF-8" }
        guard !password.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            return "it has a line end or another control character; take one that can be typed"
        }
        guard text.unicodeScalars.count >= charactersMin else {
            return "it has fewer than \(charactersMin) characters; take a longer one, for example four words"
        }
        guard !password.elementsEqual(user.utf8) else { return "it is the user's name; take another" }
        return nil
    }
}
