// What a fresh connection says before anything else, as one unit (row R11): nobody uses the link before all of it is
// answered, and any failure ends the connection. First the modern way:
//
//     HELLO 3 AUTH user password SETNAME name        → a map that tells version and role
//     SELECT db                                      only for a database other than 0
//
// A server that knows no HELLO (Redis before 6: "ERR unknown command") or no RESP3 ("NOPROTO") is greeted once more in RESP2:
// AUTH, CLIENT SETNAME, SELECT. A name that cannot be set is no failure: it is only a courtesy to the administrator.
//
// States: hello → (select) → done, or hello → fallback(auth → name → select) → done; failed from everywhere.

/// The greeting of one connection: replies in, what to write next out.
package struct Greeting: Sendable {
    /// Who we are to the server.
    package struct Configuration: Sendable {
        /// Nil: nothing is said about a user, which serves a Redis without a password.
        package var credentials: Credentials?
        /// `CLIENT SETNAME`: no spaces or line ends, as Redis demands.
        package var clientName: String
        /// 0 needs no command; another is asked for with SELECT.
        package var database: Int

        /// Database 0, no password, and the program's name.
        package init(credentials: Credentials? = nil, clientName: String = "rookery", database: Int = 0) {
            self.credentials = credentials
            self.clientName = clientName
            self.database = database
        }
    }

    /// Why the connection cannot be used.
    package enum Failure: Error, Equatable, Sendable {
        /// The server said no.
        case refused(ServerError)
        /// An answer that fits no command of the greeting.
        case unexpectedReply(String)
    }

    /// What to do after a reply.
    package enum Action: Equatable {
        case wait
        /// Write these bytes; answers follow.
        case send([UInt8])
        case done(Welcome)
        case failed(Failure)
    }

    private enum Step {
        case hello, auth, name, select
    }

    private let configuration: Configuration
    /// Commands sent and not yet answered, oldest first.
    private var awaited: [Step] = []
    private var welcome = Welcome(protocolVersion: 3, serverVersion: nil, role: nil)

    /// Writes nothing yet; `start` does.
    package init(_ configuration: Configuration) { self.configuration = configuration }

    /// The first bytes of the connection.
    package mutating func start() -> [UInt8] {
        var words: [[UInt8]] = [Array("HELLO".utf8), Array("3".utf8)]
        if let credentials = configuration.credentials {
            // HELLO takes no password without a name; `default` is the user AUTH with one argument means.
            words += [Array("AUTH".utf8), Array((credentials.user ?? "default").utf8), credentials.password]
        }
        words += [Array("SETNAME".utf8), Array(configuration.clientName.utf8)]
        var output: [UInt8] = []
        CommandEncoder.appendChecked(words, to: &output)
        awaited = [.hello]
        return output
    }

    /// Takes the next reply, in the order of the commands, and says what follows. After `done` and `failed` it is of
    /// no further use.
    package mutating func receive(_ reply: RESPValue) -> Action {
        guard !awaited.isEmpty else { return .failed(.unexpectedReply("an answer to nothing")) }
        let step = awaited.removeFirst()
        let error = reply.errorBytes.map { ServerError(withoutPassword($0)) }
        switch step {
        case .hello:
            if let error {
                guard error.errorClass == .unknownCommand || error.errorClass == .noProtocol else {
                    return .failed(.refused(error))
                }
                return fallBack()
            }
            guard case .map(let pairs) = reply.withoutAttributes else {
                return .failed(.unexpectedReply("HELLO was not answered with a map"))
            }
            readWelcome(pairs)
            return select()
        case .auth, .select:
            if let error { return .failed(.refused(error)) }
            guard case .simpleString = reply.withoutAttributes else {
                return .failed(.unexpectedReply("\(step) was not answered with OK"))
            }
        case .name:
            break
        }
        return awaited.isEmpty ? .done(welcome) : .wait
    }

    /// RESP2: the same in single commands, sent together, answered one by one.
    private mutating func fallBack() -> Action {
        welcome.protocolVersion = 2
        var output: [UInt8] = []
        if let credentials = configuration.credentials {
            // AUTH with a name came with Redis 6 as HELLO did; a server without it knows only the password.
            let user = credentials.user.map { [Array($0.utf8)] } ?? []
            CommandEncoder.appendChecked([Array("AUTH".utf8)] + user + [credentials.password], to: &output)
            awaited.append(.auth)
        }
        CommandEncoder.append(words: "CLIENT", "SETNAME", configuration.clientName, to: &output)
        awaited.append(.name)
        if configuration.database != 0 {
            CommandEncoder.append(words: "SELECT", String(configuration.database), to: &output)
            awaited.append(.select)
        }
        return .send(output)
    }

    private mutating func select() -> Action {
        guard configuration.database != 0 else { return .done(welcome) }
        var output: [UInt8] = []
        CommandEncoder.append(words: "SELECT", String(configuration.database), to: &output)
        awaited.append(.select)
        return .send(output)
    }

    /// A server that does not know a command repeats its arguments, the password among them; nobody is to read that.
    private func withoutPassword(_ text: [UInt8]) -> [UInt8] {
        guard let password = configuration.credentials?.password, !password.isEmpty else { return text }
        var result: [UInt8] = []
        var rest = text[...]
        while let first = rest.first {
            if rest.starts(with: password) {
                result += Array("(hidden)".utf8)
                rest = rest.dropFirst(password.count)
            } else {
                result.append(first)
                rest = rest.dropFirst()
            }
        }
        return result
    }

    private mutating func readWelcome(_ pairs: RESPPairs) {
        for pair in pairs {
            guard let key = pair.key.bytes, let value = pair.value.bytes else { continue }
            switch String(decoding: key, as: UTF8.self) {
            case "version": welcome.serverVersion = String(decoding: value.prefix(32), as: UTF8.self)
            case "role": welcome.role = String(decoding: value.prefix(32), as: UTF8.self)
            default: break
            }
        }
    }
}
