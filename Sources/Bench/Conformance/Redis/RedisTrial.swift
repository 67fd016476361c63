// What a case has at hand: connections to the server under test, names of its own, and the deletion of what it wrote.

import EventLoop

final class RedisTrial {
    let target: RedisTarget
    let attempt: CaseAttempt
    private var keys: [[UInt8]] = []
    private var users: [String] = []
    /// Open until the case ends: a subscriber that nobody reads any more is still one.
    private var lines: [RedisLine] = []

    init(_ target: RedisTarget, _ attempt: CaseAttempt) {
        self.target = target
        self.attempt = attempt
    }

    /// A connection without any handshake, as TCP gives it.
    func bare() throws(CaseStop) -> RedisLine {
        let line = try RedisLine(to: target.address, attempt)
        lines.append(line)
        return line
    }

    /// A connection that is authenticated where credentials were given, and speaks this protocol. Skips when the server does not.
    func line(_ version: RESPVersion = .two) throws(CaseStop) -> RedisLine {
        let line = try bare()
        if let credentials = target.credentials {
            let value = try line.ask([Array("AUTH".utf8)] + credentials)
            if let text = value.errorText {
                throw .couldNotTest("AUTH is refused: \(String(decoding: text, as: UTF8.self))")
            }
        }
        guard version == .three else { return line }
        let value = try line.ask("HELLO", "3")
        if let text = value.errorText {
            throw .skipped("the server does not speak RESP3: \(String(decoding: text, as: UTF8.self))")
        }
        return line
    }

    /// The words behind `HELLO 3` that authenticate, if credentials were given.
    var helloWords: [[UInt8]] {
        guard let credentials = target.credentials else { return [] }
        return [Array("AUTH".utf8)] + (credentials.count == 2 ? credentials : [Array("default".utf8)] + credentials)
    }

    /// A name of this case alone. In braces is what a cluster hashes, so that the names of a case share a slot.
    func name(_ suffix: String) -> String { "rookery-conformance:{\(target.run):\(attempt.number)}:\(suffix)" }

    /// A key of this case; deleted at its end.
    func key(_ suffix: String = "key") -> String {
        let key = name(suffix)
        keys.append(Array(key.utf8))
        return key
    }

    /// An ACL user of this case; deleted at its end.
    func user(_ suffix: String) -> String {
        let user = "rookery-conformance-\(target.run)-\(attempt.number)-\(suffix)"
        users.append(user)
        return user
    }

    /// Deletes what the case has written. What cannot be deleted is told with the result.
    func cleanUp() {
        lines = []
        guard !keys.isEmpty || !users.isEmpty else { return }
        do throws(CaseStop) {
            let line = try line()
            if !keys.isEmpty { _ = try line.ask([Array("DEL".utf8)] + keys) }
            for user in users { _ = try line.ask("ACL", "DELUSER", user) }
        } catch {
            switch error {
            case .skipped(let reason), .couldNotTest(let reason), .failed(_, let reason, _):
                // A server that knows no DEL or ACL has nothing of ours.
                if case .skipped = error { return }
                attempt.note = "names that begin with \(name("")) may be left: \(reason)"
            }
        }
    }
}

/// A case of this room: what it does is written with untyped throws, which closures can have without a word.
struct RedisCase: Sendable {
    let id: String
    let section: String
    let level: ConformanceLevel
    let sentence: String
    let body: @Sendable (RedisTrial) throws -> Void

    init(
        _ id: String, _ section: String, _ level: ConformanceLevel = .must, _ sentence: String,
        body: @escaping @Sendable (RedisTrial) throws -> Void
    ) {
        self.id = id
        self.section = section
        self.level = level
        self.sentence = sentence
        self.body = body
    }

    /// As the runner wants it, at this server.
    func at(_ target: RedisTarget) -> ConformanceCase {
        ConformanceCase(id, section, level, sentence) { attempt throws(CaseStop) in
            let trial = RedisTrial(target, attempt)
            attempt.secret = target.credentials?.last ?? []
            defer { trial.cleanUp() }
            do {
                try body(trial)
            } catch let stop as CaseStop {
                throw target.hidingPassword(in: stop)
            } catch {
                throw .couldNotTest("\(error)")
            }
        }
    }
}

/// Names of the documents, in one spelling.
enum Spec {
    /// <https://redis.io/docs/latest/develop/reference/protocol-spec/>
    static func protocolSpec(_ section: String) -> String { "RESP protocol-spec, \(section)" }
    /// <https://github.com/antirez/RESP3/blob/master/spec.md>
    static func resp3(_ section: String) -> String { "RESP3 specification, \(section)" }
    /// <https://redis.io/docs/latest/commands/>
    static func command(_ name: String) -> String { "Redis command \(name)" }
    /// <https://redis.io/docs/latest/develop/>
    static func guide(_ name: String) -> String { "Redis documentation, \(name)" }
}
