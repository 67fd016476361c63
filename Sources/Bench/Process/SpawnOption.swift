// `--spawn "command"` of a load: the server is started for it, measured by its own process id and stopped after it. To the load itself it
// is a `--server-pid`.

import EventLoop

struct SpawnOption: Equatable {
    /// Nil: nothing is to be started.
    var command: String?
    /// Where it runs; anywhere when nil.
    var processor: Int?
    /// What is left for the load.
    var arguments: [String] = []

    struct Problem: Error, Equatable, CustomStringConvertible {
        let description: String
    }

    init(_ all: [String]) throws(Problem) {
        var rest = all[...]
        while let argument = rest.popFirst() {
            guard argument == "--spawn" || argument == "--pin-server" else {
                arguments.append(argument)
                continue
            }
            guard let value = rest.popFirst() else { throw Problem(description: "\(argument): a value is missing") }
            if argument == "--spawn" {
                command = value
            } else {
                guard let number = Int(value), (0...8_191).contains(number) else {
                    throw Problem(description: "--pin-server \(value): expected the number of a processor, 0 to 8191")
                }
                processor = number
            }
        }
        guard command != nil || processor == nil else {
            throw Problem(description: "--pin-server: only for a server that --spawn starts")
        }
        guard command == nil || !arguments.contains("--server-pid") else {
            throw Problem(description: "--spawn and --server-pid: only one of them")
        }
    }

    /// Starts the server, if any, runs the load with what is left of the arguments, and stops the server. The load's status; 2 when the
    /// arguments are wrong, 1 when the server does not start.
    static func run(_ arguments: [String], _ load: ([String]) -> Int32) -> Int32 {
        let option: SpawnOption
        do throws(Problem) { option = try SpawnOption(arguments) } catch {
            StandardStreams.writeError("rookery-bench fanout: \(error)\n")
            return 2
        }
        guard let command = option.command else { return load(option.arguments) }
        do throws(SpawnedServer.Problem) {
            guard let target = option.arguments.lazy.compactMap({ ServerTarget($0, port: 0) }).first else {
                StandardStreams.writeError(
                    "rookery-bench fanout: --spawn: a URL such as ws://127.0.0.1:8000/ws/{n} is missing\n")
                return 2
            }
            guard !Socket.answers(target.address, withinMilliseconds: 200) else {
                StandardStreams.writeError(
                    "rookery-bench fanout: --spawn: something listens on \(target.address) already\n")
                return 1
            }
            let server = try SpawnedServer(command, processor: option.processor)
            defer { server.stop() }
            try server.waitUntilAnswering(target.address) { StandardStreams.writeError($0 + "\n") }
            return load(option.arguments + ["--server-pid", "\(server.process.identifier)"])
        } catch {
            StandardStreams.writeError("rookery-bench fanout: \(error)\n")
            return 1
        }
    }
}
