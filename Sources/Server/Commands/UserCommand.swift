// `rookery user`: the people of an installation without an identity provider. The password is asked for at the terminal, where nobody sees it, or
// read from standard input; never from the arguments: those are in the shell's history and in every list of processes.

import EventLoop

enum UserCommand {
    static let usage = """
        usage: rookery user add NAME [--rooms LIST] [--rounds COUNT] [SETTING ...]   makes a user, or changes the password
               rookery user remove NAME [SETTING ...]                               takes a user away
               rookery user list [SETTING ...]                                      prints the names

          --rooms LIST      channels the user's tokens give rights in: names or prefix*, with commas between them; '' for none
          --rounds COUNT    what trying a password costs, from 600000. Default: 600000

        The file is that of the setting --users, from the words, the environment or --config FILE. It is made when it is not there; its mode is 0600.
        The password is asked for twice at a terminal, else it is the one line of standard input; at least 10 characters.
        A running node takes the change at the next login. Status 0: done; 1: it could not be; 2: a wrong word.

        """

    /// What comes from outside; tests have their own.
    struct Outside {
        var isTerminal = TerminalLine.isInputATerminal
        /// Nil: cancelled.
        var ask: (String) throws(SystemError) -> [UInt8]? = { question throws(SystemError) in
            try TerminalLine.readHidden(question)
        }
        var input: () throws(SystemError) -> [UInt8] = { () throws(SystemError) in
            var bytes: [UInt8] = []
            while bytes.count <= 2 * PasswordRules.bytesMax, try StandardStreams.readInput(into: &bytes) {}
            return bytes
        }
        var hash: (_ password: [UInt8], _ rounds: Int) -> PasswordHash = {
            PasswordHash(of: $0, salt: Random.bytes(PasswordHash.saltByteCount), rounds: $1)
        }
    }

    private struct Failure: Error {
        let message: String
        let status: Int32
        init(_ message: String, status: Int32) {
            self.message = message
            self.status = status
        }
    }

    static func run(
        _ arguments: [String], _ environment: [String: String], _ outside: Outside = Outside()
    ) -> CommandAnswer {
        if arguments.contains("--help") || arguments.contains("-h") { return CommandAnswer(output: usage) }
        do throws(Failure) {
            let words = try Words(arguments)
            let path = try path(words, environment)
            switch words.action {
            case .add: return try add(words, path, outside)
            case .remove: return try remove(words.name, path)
            case .list: return try list(path)
            }
        } catch {
            let help = error.status == 2 ? "; rookery user --help" : ""
            return .refused(Printable.text(error.message, atMost: 1_000) + help, status: error.status)
        }
    }

    // MARK: What it does

    private static func add(_ words: Words, _ path: String, _ outside: Outside) throws(Failure) -> CommandAnswer {
        if let problem = UsersFile.nameProblem(words.name) { throw Failure("the name: \(problem)", status: 2) }
        // Before a person types a password for nothing.
        if try exists(path) { _ = try load(path) }
        let password = try password(for: words.name, outside)
        if let problem = PasswordRules.problem(password, user: words.name) {
            throw Failure("the password: \(problem)", status: 1)
        }
        let hash = outside.hash(password, words.rounds)
        let isNew = try change(path, makes: true) { users throws(UsersStore.Failure) in
            let before = users[Array(words.name.utf8)]
            let rooms = words.rooms ?? before?.rooms
            guard before != nil || users.users.count < UsersFile.usersMax else {
                throw UsersStore.Failure("there are \(UsersFile.usersMax) users already")
            }
            users.put(UserRecord(name: words.name, password: hash, rooms: rooms))
            return before == nil
        }
        let shown = Printable.text(words.name, atMost: 80)
        return CommandAnswer(output: isNew ? "added \(shown)\n" : "changed the password of \(shown)\n")
    }

    private static func remove(_ name: String, _ path: String) throws(Failure) -> CommandAnswer {
        let shown = Printable.text(name, atMost: 80)
        try change(path, makes: false) { users throws(UsersStore.Failure) in
            guard users.remove(Array(name.utf8)) else { throw UsersStore.Failure("there is no user \(shown)") }
        }
        return CommandAnswer(output: "removed \(shown); tokens that were made hold until they end\n")
    }

    private static func list(_ path: String) throws(Failure) -> CommandAnswer {
        let lines = try load(path).users.map { user in
            let rooms = user.rooms.map { "  rooms: " + $0.joined(separator: ",") } ?? ""
            return Printable.text(user.name + rooms, atMost: 2_000) + "\n"
        }
        return CommandAnswer(output: lines.joined())
    }

    // MARK: The password

    private static func password(for name: String, _ outside: Outside) throws(Failure) -> [UInt8] {
        do throws(SystemError) {
            guard outside.isTerminal else { return try line(of: outside) }
            guard let first = try outside.ask("Password for \(Printable.text(name, atMost: 80)): "),
                let second = try outside.ask("The same again: ")
            else { throw cancelled }
            guard first == second else { throw different }
            return first
        } catch {
            throw Failure(
                error == cancelled
                    ? "cancelled; nothing changed"
                    : error == different ? "the two passwords differ; nothing changed" : "the password: \(error)",
                status: 1)
        }
    }

    private static let cancelled = SystemError(operation: "cancelled", errno: 0)
    private static let different = SystemError(operation: "different", errno: 0)

    /// What stands on the one line of standard input; the line end is not the password's.
    private static func line(of outside: Outside) throws(SystemError) -> [UInt8] {
        var bytes = try outside.input()
        if bytes.last == 0x0A { bytes.removeLast() }
        if bytes.last == 0x0D { bytes.removeLast() }
        return bytes
    }

    // MARK: The file

    private static func path(_ words: Words, _ environment: [String: String]) throws(Failure) -> String {
        do throws(ConfigurationReader.Failure) {
            let outcome = try ConfigurationReader.read(arguments: words.settings, environment: environment)
            guard case .run(let loaded) = outcome, let path = loaded.configuration.usersFile else {
                throw ConfigurationReader.Failure(
                    message: "--users: no file is named; write --users FILE, or --config FILE with a key users")
            }
            return path
        } catch {
            throw Failure(error.message, status: 2)
        }
    }

    private static func exists(_ path: String) throws(Failure) -> Bool {
        do throws(SystemError) {
            _ = try PrivateFile.mark(path)
            return true
        } catch {
            guard error.isMissing else { throw Failure("\(path): \(error)", status: 1) }
            return false
        }
    }

    private static func load(_ path: String) throws(Failure) -> UsersFile {
        do throws(UsersStore.Failure) { return try UsersStore.load(path).users } catch {
            throw Failure(error.text, status: 1)
        }
    }

    private static func change<Result>(
        _ path: String, makes: Bool, _ body: (inout UsersFile) throws(UsersStore.Failure) -> Result
    ) throws(Failure) -> Result {
        do throws(UsersStore.Failure) { return try UsersStore.change(path, makes: makes, body) } catch {
            throw Failure(error.text, status: 1)
        }
    }

    // MARK: Words

    private struct Words {
        enum Action: String { case add, remove, list }

        let action: Action
        var name = ""
        var rooms: [String]?
        var rounds = PasswordHash.roundsMin
        var settings: [String] = []

        init(_ arguments: [String]) throws(Failure) {
            guard let action = arguments.first.flatMap(Action.init(rawValue:)) else {
                throw Failure("expected add, remove or list as the first word", status: 2)
            }
            self.action = action
            var rest = arguments.dropFirst()
            if action != .list {
                guard let name = rest.popFirst(), name.utf8.first != UInt8(ascii: "-") else {
                    throw Failure("the user's name is missing behind \(action.rawValue)", status: 2)
                }
                self.name = name
            }
            while let word = rest.popFirst() {
                switch word {
                case "--rooms" where action == .add: try take(rooms: Words.value(of: word, &rest))
                case "--rounds" where action == .add: try take(rounds: Words.value(of: word, &rest))
                case let word where word.utf8.first == UInt8(ascii: "-"):
                    settings.append(word)
                    // The value of a setting; what it may be is the settings' business.
                    if !word.utf8.contains(UInt8(ascii: "=")),
                        let setting = Settings.all.first(where: { $0.flag == word }),
                        setting.argument != nil, let value = rest.popFirst()
                    {
                        settings.append(value)
                    }
                default:
                    // Not the word: it may be a password that somebody wrote here.
                    throw Failure(
                        "word \(arguments.count - rest.count) is one too many; a password is asked for, or read from standard input",
                        status: 2)
                }
            }
        }

        private static func value(of flag: String, _ rest: inout ArraySlice<String>) throws(Failure) -> String {
            guard let value = rest.popFirst() else { throw Failure("\(flag): a value is missing", status: 2) }
            return value
        }

        private mutating func take(rooms text: String) throws(Failure) {
            let rooms = text.split(separator: ",").map(String.init)
            if let problem = UsersFile.roomsProblem(rooms) { throw Failure("--rooms: \(problem)", status: 2) }
            self.rooms = rooms
        }

        private mutating func take(rounds text: String) throws(Failure) {
            do throws(SettingProblem) {
                rounds = try Quantities.count(text, in: PasswordHash.roundsMin...PasswordHash.roundsMax)
            } catch {
                throw Failure("--rounds \(Printable.text(text, atMost: 80)): \(error.text)", status: 2)
            }
        }
    }
}
