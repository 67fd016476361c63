// The hidden command between us and a server that we start: it binds the server's life to ours and its threads to a processor, which
// only the new process can do for itself, and then becomes the server. So a server never outlives a Bench that was killed.

import EventLoop

enum ServerLauncher {
    static let command = "launch"

    /// The arguments for our own program.
    static func arguments(_ words: [String], processor: Int?) -> [String] {
        [command, "\(Program.own)", processor.map { "\($0)" } ?? "any"] + words
    }

    /// Does not return when all is well. 127: as a shell says that there is no such program.
    static func run(_ arguments: [String]) -> Int32 {
        guard arguments.count > 2, let parent = Int32(arguments[0]) else { return 2 }
        let problem = Program.become(Array(arguments[2...]), processor: Int(arguments[1]), parent: parent)
        StandardStreams.writeError("\(problem)\n")
        return 127
    }
}
