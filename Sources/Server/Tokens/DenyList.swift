// Who is not let in any more although the token is right: tokens by their id, users by theirs, each until a moment or for good. A token that is
// on the list longer than it holds can be taken off it.

import JSON

/// Immutable; another list is another value.
struct DenyList: Equatable, Sendable {
    static let fileBytesMax = 8 << 20
    /// Tokens and users together.
    static let entriesMax = 100_000

    /// By name: until which second since 1970; `.max` for good. Names are bytes: what only looks alike is another one.
    private var tokens: [[UInt8]: Int64] = [:]
    private var users: [[UInt8]: Int64] = [:]

    struct Problem: Error, Equatable {
        let text: String
    }

    /// Nobody.
    init() {}

    /// `{"tokens": {"jti": 1763740800}, "users": {"42": null}}`: seconds since 1970, or null for good. Both members may be missing.
    init(json text: [UInt8]) throws(Problem) {
        let root: JSONValue
        do throws(JSONError) {
            let limits = JSONLimits(depthMax: 3, valueCountMax: 2 * DenyList.entriesMax + 8)
            root = try JSONValue(text.span, limits: limits)
        } catch {
            throw Problem(
                text: "it is not JSON, has a name twice, or more than \(DenyList.entriesMax) entries: \(error)")
        }
        guard case .object(let members) = root else { throw Problem(text: DenyList.shape) }
        for member in members {
            if member.name.elementsEqual("tokens".utf8) {
                tokens = try DenyList.entries(member.value)
            } else if member.name.elementsEqual("users".utf8) {
                users = try DenyList.entries(member.value)
            } else {
                throw Problem(text: DenyList.shape)
            }
        }
        guard tokens.count + users.count <= DenyList.entriesMax else {
            throw Problem(
                text:
                    "it has \(tokens.count + users.count) entries, \(DenyList.entriesMax) are taken; leave out what is over"
            )
        }
    }

    /// Members of Redis, `token:ID` and `user:ID`, with their seconds. Others are passed over.
    init(_ entries: [(member: [UInt8], score: Double)]) {
        for (member, score) in entries {
            let until = Int64(exactly: score.rounded(.up)) ?? (score > 0 ? .max : 0)
            if member.starts(with: "token:".utf8) {
                tokens[Array(member.dropFirst(6))] = until
            } else if member.starts(with: "user:".utf8) {
                users[Array(member.dropFirst(5))] = until
            }
        }
    }

    /// Whoever is on one of them, for the longer time.
    func union(_ other: DenyList) -> DenyList {
        guard !other.isEmpty else { return self }
        var both = self
        both.tokens.merge(other.tokens) { max($0, $1) }
        both.users.merge(other.users) { max($0, $1) }
        return both
    }

    private static let shape =
        "write {\"tokens\": {\"ID\": SECONDS}, \"users\": {\"ID\": SECONDS}}, with seconds since 1970 or null"

    private static func entries(_ value: JSONValue) throws(Problem) -> [[UInt8]: Int64] {
        guard case .object(let members) = value else { throw Problem(text: shape) }
        var entries: [[UInt8]: Int64] = [:]
        entries.reserveCapacity(members.count)
        for member in members {
            switch member.value {
            case .null: entries[member.name] = .max
            case .number:
                guard let seconds = member.value.integer else { throw Problem(text: shape) }
                entries[member.name] = seconds
            default: throw Problem(text: shape)
            }
        }
        return entries
    }

    var isEmpty: Bool { tokens.isEmpty && users.isEmpty }
    var count: Int { tokens.count + users.count }

    /// `now`: seconds since 1970. An anonymous connection can only be denied by its token.
    func holds(user: String, tokenIdentifier: String?, now: Int64) -> Bool {
        guard !isEmpty else { return false }
        if !user.isEmpty, let until = users[Array(user.utf8)], now < until { return true }
        guard let tokenIdentifier, let until = tokens[Array(tokenIdentifier.utf8)] else { return false }
        return now < until
    }
}
