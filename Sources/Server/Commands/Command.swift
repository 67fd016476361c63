// The commands of the program: `rookery check`, `config`, `explain`, `token` and `user`. Each is a function of its words and the environment; it starts nothing.

struct CommandAnswer: Equatable {
    /// For standard output.
    var output = ""
    /// For standard error.
    var complaint = ""
    var status: Int32 = 0

    static func refused(_ message: String, status: Int32) -> CommandAnswer {
        let lines = message.split(separator: "\n").map { "rookery: \($0)\n" }
        return CommandAnswer(complaint: lines.joined(), status: status)
    }
}

enum Command {
    typealias Run = @Sendable (_ arguments: [String], _ environment: [String: String]) -> CommandAnswer

    static let all: [String: Run] = [
        "check": CheckCommand.run, "config": ConfigCommand.run, "explain": ExplainCommand.run,
        "token": { TokenCommand.run($0, $1) }, "user": { UserCommand.run($0, $1) },
    ]
}
