// The file of users who log in with a password: JSON Lines, one user a line, for `rookery user` and for a person with an editor.
//
//     {"user":"ann","scheme":"pbkdf2-sha256","rounds":600000,"salt":"…","key":"…","rooms":["room:*"]}
//
// Salt and key are Base64url; `rooms` may be missing and becomes the claim of that name. Everything is refused that is not exactly so: half a
// list of users would be a wrong list.

import Digest
import JSON

struct UserRecord: Equatable, Sendable {
    /// Becomes `sub`.
    let name: String
    var password: PasswordHash
    /// Channels and `prefix*` that the user's tokens give rights in; nil: the claim is left out.
    var rooms: [String]?
}

/// Immutable but for `rookery user`; in the order of the file.
struct UsersFile: Equatable, Sendable {
    static let bytesMax = 16 << 20
    static let usersMax = 100_000
    static let roomsMax = 256
    static let roomBytesMax = 256

    private(set) var users: [UserRecord] = []
    /// By their names as bytes: names that only look alike are different users (row P13).
    private var places: [[UInt8]: Int] = [:]

    struct Problem: Error, Equatable {
        /// From 1.
        let line: Int
        let text: String
    }

    init() {}

    init(_ bytes: [UInt8]) throws(Problem) {
        var line = 0
        for text in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            line += 1
            guard text.contains(where: { ![0x20, 0x09, 0x0D].contains($0) }) else { continue }
            let user: UserRecord
            do throws(Wrong) {
                user = try UsersFile.record(Array(text))
            } catch {
                throw Problem(line: line, text: error.text)
            }
            guard self[Array(user.name.utf8)] == nil else {
                throw Problem(line: line, text: "the user stands in an earlier line already; keep one")
            }
            guard users.count < UsersFile.usersMax else {
                throw Problem(line: line, text: "there are more than \(UsersFile.usersMax) users")
            }
            put(user)
        }
    }

    subscript(name: [UInt8]) -> UserRecord? { places[name].map { users[$0] } }

    /// Adds the user, or exchanges the one of this name.
    mutating func put(_ user: UserRecord) {
        let name = Array(user.name.utf8)
        if let place = places[name] {
            users[place] = user
        } else {
            places[name] = users.count
            users.append(user)
        }
    }

    /// False: there is no such user.
    mutating func remove(_ name: [UInt8]) -> Bool {
        guard let place = places[name] else { return false }
        users.remove(at: place)
        places = [:]
        for (place, user) in users.enumerated() { places[Array(user.name.utf8)] = place }
        return true
    }

    /// The same name as a channel's client and a token's `sub` may have.
    static func nameProblem(_ name: String) -> String? { ClientID.problem(Array(name.utf8), of: "it") }

    /// The most rounds of any user: what looking for one who is not there costs, too.
    var roundsMax: Int { users.reduce(PasswordHash.roundsMin) { max($0, $1.password.rounds) } }

    // MARK: Lines

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for user in users {
            var writer = JSONWriter()
            writer.beginObject()
            writer.member("user", user.name)
            writer.member("scheme", PasswordHash.scheme)
            writer.member("rounds", user.password.rounds)
            writer.member("salt", String(decoding: Base64URL.encode(user.password.salt.span), as: UTF8.self))
            writer.member("key", String(decoding: Base64URL.encode(user.password.key.span), as: UTF8.self))
            if let rooms = user.rooms {
                writer.name("rooms")
                writer.beginArray()
                for room in rooms { writer.string(room) }
                writer.endArray()
            }
            writer.endObject()
            bytes += writer.bytes + [0x0A]
        }
        return bytes
    }

    /// What is wrong in a line; never a value of it.
    private struct Wrong: Error {
        let text: String
        init(_ text: String) { self.text = text }
    }

    private static func record(_ line: [UInt8]) throws(Wrong) -> UserRecord {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(line.span, limits: JSONLimits(depthMax: 2, valueCountMax: roomsMax + 8))
        } catch {
            throw Wrong("not a JSON object with each member once: \(error)")
        }
        guard case .object(let members) = value else { throw Wrong("a line is one object: {\"user\": …}") }
        let known = ["user", "scheme", "rounds", "salt", "key", "rooms"]
        for member in members where !known.contains(where: { member.name.elementsEqual($0.utf8) }) {
            throw Wrong("only \(known.joined(separator: ", ")) may stand there")
        }
        guard let name = value["user"]?.text else { throw Wrong("user: expected a text") }
        if let problem = nameProblem(name) { throw Wrong("user: \(problem)") }
        guard value["scheme"]?.text == PasswordHash.scheme else {
            throw Wrong("scheme: expected \"\(PasswordHash.scheme)\"")
        }
        let rounds = value["rounds"]?.integer ?? 0
        guard let rounds = Int(exactly: rounds), (PasswordHash.roundsMin...PasswordHash.roundsMax).contains(rounds)
        else {
            throw Wrong("rounds: expected \(PasswordHash.roundsMin) to \(PasswordHash.roundsMax)")
        }
        guard let salt = decoded(value["salt"]), PasswordHash.saltBytes.contains(salt.count) else {
            throw Wrong("salt: expected Base64url of 16 to 64 bytes")
        }
        guard let key = decoded(value["key"]), key.count == PasswordHash.keyByteCount else {
            throw Wrong("key: expected Base64url of 32 bytes")
        }
        let hash = PasswordHash(rounds: rounds, salt: salt, key: key)
        return UserRecord(name: name, password: hash, rooms: try rooms(value["rooms"]))
    }

    private static func decoded(_ value: JSONValue?) -> [UInt8]? {
        guard case .string(let text) = value else { return nil }
        return Base64URL.decode(text.span)
    }

    private static func rooms(_ value: JSONValue?) throws(Wrong) -> [String]? {
        guard let value else { return nil }
        guard case .array(let elements) = value else { throw Wrong("rooms: expected a list of texts") }
        var rooms: [String] = []
        for element in elements {
            guard let text = element.text else { throw Wrong("rooms: expected a list of texts") }
            rooms.append(text)
        }
        if let problem = roomsProblem(rooms) { throw Wrong("rooms: \(problem)") }
        return rooms
    }

    static func roomsProblem(_ rooms: [String]) -> String? {
        guard rooms.count <= roomsMax, rooms.allSatisfy({ (1...roomBytesMax).contains($0.utf8.count) }) else {
            return "expected \(roomsMax) names or prefix* at most, each of 1 to \(roomBytesMax) bytes"
        }
        return nil
    }
}
