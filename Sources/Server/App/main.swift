// The program `rookery`: obeys a command if the first word is one; else it reads its settings, starts the node, says in a few lines what a
// person needs to know, and runs until it is told to stop. Status 2: it cannot start, a setting is wrong. Status 1: at the end something
// published was not confirmed.

import EventLoop

Signals.block()

let arguments = Array(ProgramArguments.all.dropFirst())
let environment = StandardStreams.environment()

if let command = arguments.first.flatMap({ Command.all[$0] }) {
    end(command(Array(arguments.dropFirst()), environment))
}

do {
    let outcome = try ConfigurationReader.read(arguments: arguments, environment: environment)
    switch outcome {
    case .help: StandardStreams.writeOutput(Help.text())
    case .version: StandardStreams.writeOutput(Help.versionLine)
    case .run(let loaded):
        let running = try RunningNode(loaded, log: .standardError) { () throws(ConfigurationReader.Failure) in
            try ConfigurationReader.readAgain(arguments: arguments, environment: environment)
        }
        StandardStreams.writeOutput(StartMessage.text(running))
        StandardStreams.exit(try running.run())
    }
} catch let failure as ConfigurationReader.Failure {
    end(.refused(failure.message, status: 2))
} catch let failure as StartFailure {
    end(.refused(failure.message, status: 2))
}

func end(_ answer: CommandAnswer) -> Never {
    StandardStreams.writeOutput(answer.output)
    StandardStreams.writeError(answer.complaint)
    StandardStreams.exit(answer.status)
}
