// What `rookery-bench compare` can be told. Every mistake names the argument and what there is instead, before anything starts.

struct CompareSettings: Equatable {
    /// Each name once; the yardstick is one of them.
    var servers: [CompareServer] = []
    var yardstick = CompareServer.limit.name
    var loads: [CompareLoad] = []
    var rounds = 7
    /// Rounds at most while something is undecided.
    var roundsMost = 7
    /// Processors of the servers and of the load; nil: wherever the kernel likes.
    var serverProcessor: Int?
    var loadProcessor: Int?
    var jsonPath: String?
    var htmlPath: String?
    var asksForHelp = false

    struct Problem: Error, Equatable, CustomStringConvertible {
        let description: String
    }

    init(_ arguments: [String]) throws(Problem) {
        var rest = arguments[...]
        var urls: [(String, String)] = []
        var options: [(String, String)] = []
        var mostIsSaid = false
        while let name = rest.popFirst() {
            if name == "--help" || name == "-h" {
                asksForHelp = true
                return
            }
            guard CompareSettings.names.contains(name) else { throw Problem(description: "\(name): no such setting") }
            guard let value = rest.popFirst() else { throw Problem(description: "\(name): a value is missing") }
            switch name {
            case "--server":
                let (server, command) = try CompareSettings.pair(value, name)
                guard !servers.contains(where: { $0.name == server }) else {
                    throw Problem(description: "--server \(server): there is one of this name already")
                }
                do throws(CommandWords.Problem) { _ = try CommandWords.split(command) } catch {
                    throw Problem(description: "--server \(server): \(error)")
                }
                servers.append(CompareServer(name: server, command: command))
            case "--url": urls.append(try CompareSettings.pair(value, name))
            case "--with": options.append(try CompareSettings.pair(value, name))
            case "--yardstick": yardstick = value
            case "--load": try add(load: value)
            case "--rounds": rounds = try CompareSettings.number(value, name, 1...1_000)
            case "--rounds-most":
                roundsMost = try CompareSettings.number(value, name, 1...1_000)
                mostIsSaid = true
            case "--pin-server": serverProcessor = try CompareSettings.number(value, name, 0...8_191)
            case "--pin-load": loadProcessor = try CompareSettings.number(value, name, 0...8_191)
            case "--json": jsonPath = value
            default: htmlPath = value
            }
        }
        guard !servers.isEmpty else {
            throw Problem(description: "--server is missing: what shall be compared with \(yardstick)?")
        }
        if !mostIsSaid { roundsMost = rounds }
        guard roundsMost >= rounds else {
            throw Problem(description: "--rounds-most \(roundsMost): less than --rounds \(rounds)")
        }
        try completeServers(urls, options)
        if loads.isEmpty {
            for load in CompareLoad.usual { try add(load: load) }
        }
    }

    private mutating func add(load text: String) throws(Problem) {
        let load: CompareLoad
        do throws(CompareLoad.Problem) { load = try CompareLoad(text) } catch {
            throw Problem(description: "\(error)")
        }
        guard !loads.contains(where: { $0.label == load.label }) else {
            throw Problem(
                description: "--load \(text): there is one of the name \(load.label) already; label=… names it")
        }
        loads.append(load)
    }

    private static let names = [
        "--server", "--url", "--with", "--yardstick", "--load", "--rounds", "--rounds-most", "--pin-server",
        "--pin-load", "--json", "--html",
    ]

    /// Adds the yardstick, gives each server its URL and options, and sees that all can be reached.
    private mutating func completeServers(
        _ urls: [(String, String)], _ options: [(String, String)]
    ) throws(Problem) {
        if !servers.contains(where: { $0.name == yardstick }) {
            guard yardstick == CompareServer.limit.name else {
                throw Problem(
                    description: "--yardstick \(yardstick): no such server; there are "
                        + (servers.map(\.name) + [CompareServer.limit.name]).joined(separator: " "))
            }
            servers.insert(CompareServer.limit, at: 0)
        }
        for (name, url) in urls { servers[try place(name, "--url")].url = url }
        for (name, text) in options {
            let place = try place(name, "--with")
            do throws(CommandWords.Problem) {
                servers[place].options += try CommandWords.split(text)
            } catch {
                throw Problem(description: "--with \(name): \(error)")
            }
        }
        for server in servers {
            guard ServerTarget(server.url, port: 1) != nil else {
                throw Problem(description: "--url \(server.name)=\(server.url): expected ws://127.0.0.1:{port}/…")
            }
        }
    }

    private func place(_ name: String, _ setting: String) throws(Problem) -> Int {
        guard let place = servers.firstIndex(where: { $0.name == name }) else {
            throw Problem(
                description: "\(setting) \(name): no such server; there are "
                    + servers.map(\.name).joined(separator: " "))
        }
        return place
    }

    /// `name=rest`.
    private static func pair(_ text: String, _ setting: String) throws(Problem) -> (String, String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw Problem(description: "\(setting) \(text): expected name=…")
        }
        return (String(parts[0]), String(parts[1]))
    }

    private static func number(_ text: String, _ setting: String, _ range: ClosedRange<Int>) throws(Problem) -> Int {
        guard let value = Int(text), range.contains(value) else {
            throw Problem(
                description: "\(setting) \(text): expected a whole number from \(range.lowerBound) to "
                    + "\(range.upperBound)")
        }
        return value
    }
}
