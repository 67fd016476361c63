// The program `rookery`: reads its settings, starts the node, says in a few lines what a person needs to know, and runs until it is told to
// stop. Status 2: it cannot start, a setting is wrong. Status 1: at the end something published was not confirmed.

import EventLoop

Signals.block()

do {
    let outcome = try ConfigurationReader.read(
        arguments: Array(ProgramArguments.all.dropFirst()), environment: StandardStreams.environment())
    switch outcome {
    case .help: StandardStreams.writeOutput(Help.text())
    case .version: StandardStreams.writeOutput("rookery \(Help.version)\n")
    case .run(let loaded):
        let running = try RunningNode(loaded.configuration, log: .standardError)
        StandardStreams.writeOutput(StartMessage.text(running))
        StandardStreams.exit(try running.run())
    }
} catch let failure as ConfigurationReader.Failure {
    StandardStreams.writeError("rookery: \(failure.message)\n")
    StandardStreams.exit(2)
} catch let failure as StartFailure {
    StandardStreams.writeError("rookery: \(failure.message)\n")
    StandardStreams.exit(2)
}
