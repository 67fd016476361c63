// What `rookery-bench conformance` can be told. Which protocol is tested is said by the address: ws://, redis://, or `--protocol`.

import EventLoop

struct ConformanceSettings {
    enum WireProtocol: String {
        case webSocket = "websocket"
        case redis
    }

    enum Role: String {
        case server, client
    }

    enum Mode: String {
        case echo, broadcast
    }

    /// The server under test, as it was written; empty when a client is tested.
    var target = ""
    var wireProtocol = WireProtocol.webSocket
    /// Who is under test.
    var role = Role.server
    var mode = Mode.echo
    /// Where to wait for the client under test.
    var listen: ListenAddress?
    /// What starts a client under test; nil: somebody else does.
    var command: String?
    /// Lines for every request: name and value.
    var headers: [(name: String, value: String)] = []
    /// Parts of ids; a case runs when it has one of them. Empty: all.
    var only: [String] = []
    var skip: [String] = []
    var isStrict = false
    var jobs = 4
    var patienceMilliseconds = CaseRunner.patienceMilliseconds
    var listsOnly = false
    var jsonPath: String?
    var junitPath: String?
    var htmlPath: String?
    /// Results of earlier runs that the page compares this one with.
    var comparedPaths: [String] = []
    /// How the program under test is called in reports; empty: its address.
    var name = ""
    /// The options with a value, as they were given.
    private var given: [String] = []

    static let usage = """
        usage: rookery-bench conformance ws://HOST:PORT/PATH     [--mode echo|broadcast]
               rookery-bench conformance unix:/SOCKET:/PATH      the same through a unix socket
               rookery-bench conformance redis://[[USER]:PASSWORD@]HOST:PORT
               rookery-bench conformance --protocol redis unix:/SOCKET
               rookery-bench conformance --role client --listen 127.0.0.1:9001 [--protocol websocket|redis] [--command "…"]

        Tests whether a server (or, with --role client, a client) does what its specification says. Each case has an id, the
        section that it tests, a level (must, should, may) and a sentence. A case that fails beside others is run again alone.

          --list                     print the cases and run nothing
          --only TEXT, --skip TEXT   cases whose id contains TEXT (repeatable)
          --strict                   a failed "should" fails the run, too
          --jobs 4                   cases at the same time
          --patience 4000            milliseconds that an answer may take
          --header "Name: value"     in every opening handshake (repeatable)
          --mode broadcast           the server sends each message to all clients of a path, its sender included. With {n} in
                                     the path each case has a path of its own; without it --jobs is 1
          --command "…"              starts the client under test, without a shell; {url}, {host} and {port} in it say where it
                                     finds us. A RESP client is started anew for each case; with port 0 in --listen each of
                                     them has a port of its own, and --jobs run at the same time
          --name TEXT                what the program under test is called in reports
          --json FILE, --junit FILE, --html FILE   write reports; FILE of --json may be given to --compare later
          --compare FILE             results of another run, for a page that shows both side by side (repeatable)

        Status 0: nothing failed; 1: something failed; 2: it could not be tested, or the arguments are wrong.

        """

    /// nil: the arguments are wrong; what and why goes to `problem`.
    init?(_ arguments: [String], problem: inout String) {
        do throws(Problem) {
            var rest = arguments[...]
            while let argument = rest.popFirst() { try take(argument, &rest) }
            try check()
        } catch {
            problem = error.text
            return nil
        }
    }

    private struct Problem: Error {
        let text: String

        init(_ text: String) { self.text = text }
    }

    private static let namesWithValue = [
        "--only", "--skip", "--jobs", "--patience", "--json", "--junit", "--html", "--compare", "--name", "--command",
        "--mode", "--role", "--protocol", "--listen", "--header",
    ]

    private mutating func take(_ argument: String, _ rest: inout ArraySlice<String>) throws(Problem) {
        switch argument {
        case "--list": listsOnly = true
        case "--strict": isStrict = true
        case _ where argument.utf8.starts(with: "-".utf8):
            guard ConformanceSettings.namesWithValue.contains(argument) else {
                throw Problem("\(argument): no such option")
            }
            guard let value = rest.popFirst(), !value.isEmpty else { throw Problem("\(argument): a value is missing") }
            try take(argument, value)
        default:
            guard target.isEmpty else { throw Problem("\(argument): one address is tested at a time") }
            target = argument
            if argument.utf8.starts(with: "redis".utf8) { wireProtocol = .redis }
        }
    }

    private mutating func take(_ name: String, _ value: String) throws(Problem) {
        switch name {
        case "--only": only.append(value)
        case "--skip": skip.append(value)
        case "--jobs": jobs = try number(name, value, 1...256)
        case "--patience": patienceMilliseconds = try number(name, value, 1...600_000)
        case "--json": jsonPath = value
        case "--junit": junitPath = value
        case "--html": htmlPath = value
        case "--compare": comparedPaths.append(value)
        case "--name": self.name = value
        case "--command": command = value
        case "--mode": mode = try choice(name, value, "echo or broadcast")
        case "--role": role = try choice(name, value, "server or client")
        case "--protocol": wireProtocol = try choice(name, value, "websocket or redis")
        case "--listen":
            do throws(AddressError) { listen = try ListenAddress(parsing: value) } catch { throw Problem("\(error)") }
        case "--header":
            guard let colon = value.utf8.firstIndex(of: UInt8(ascii: ":")), colon > value.startIndex else {
                throw Problem("\(name) \(value): \"Name: value\" is expected")
            }
            let text = value[value.index(after: colon)...].drop { $0 == " " }
            headers.append((String(value[..<colon]), String(text)))
        default: throw Problem("\(name): no such option")
        }
        given.append(name)
    }

    private func choice<Choice: RawRepresentable<String>>(
        _ name: String, _ value: String, _ choices: String
    ) throws(Problem) -> Choice {
        guard let choice = Choice(rawValue: value) else { throw Problem("\(name) \(value): \(choices)") }
        return choice
    }

    private func number(_ name: String, _ value: String, _ range: ClosedRange<Int>) throws(Problem) -> Int {
        guard let number = Int(value), range.contains(number) else {
            throw Problem("\(name) \(value): a number from \(range.lowerBound) to \(range.upperBound) is expected")
        }
        return number
    }

    private func check() throws(Problem) {
        guard !listsOnly else { return }
        switch role {
        case .server:
            guard !target.isEmpty else { throw Problem("no address: which server is to be tested?") }
            guard listen == nil else { throw Problem("--listen is for --role client") }
        case .client:
            guard listen != nil else { throw Problem("--role client: --listen ADDRESS is missing") }
            guard target.isEmpty else { throw Problem("\(target): a client under test connects to us; use --listen") }
        }
        try checkOptionsThatChangeNothing()
        for text in headers.flatMap({ [$0.name, $0.value] }) where text.utf8.contains(where: { $0 < 0x20 && $0 != 9 }) {
            throw Problem("--header: a line end or another control character cannot stand there")
        }
    }

    /// An option that would be ignored was meant to do something.
    private func checkOptionsThatChangeNothing() throws(Problem) {
        let isOurRequest = wireProtocol == .webSocket && role == .server
        for name in ["--mode", "--header"] where given.contains(name) && !isOurRequest {
            throw Problem("\(name) is for the test of a WebSocket server")
        }
        if command != nil, role == .server { throw Problem("--command is for --role client") }
        if !comparedPaths.isEmpty, htmlPath == nil {
            throw Problem("--compare is for the page: --html FILE is missing")
        }
    }

    /// The `--only` that select none of these; each is a mistake, such as the id of another version.
    func idlePatterns(among cases: [ConformanceCase]) -> [String] {
        only.filter { part in !cases.contains { TextSearch.contains($0.id, part) } }
    }

    /// Whether `--only` and `--skip` let it run.
    func selects(_ test: ConformanceCase) -> Bool {
        (only.isEmpty || only.contains { TextSearch.contains(test.id, $0) })
            && !skip.contains { TextSearch.contains(test.id, $0) }
    }
}

enum TextSearch {
    /// Whether `part` stands in `text`, byte by byte.
    static func contains(_ text: String, _ part: String) -> Bool {
        let (text, part) = (Array(text.utf8), Array(part.utf8))
        guard text.count >= part.count else { return false }
        return (0...(text.count - part.count)).contains { text[$0..<($0 + part.count)].elementsEqual(part) }
    }
}
