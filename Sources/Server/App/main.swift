// The program `rookery`: obeys a command if the first word is one; else it reads its settings, starts the node, says in a few lines what a
// person needs to know, and runs until it is told to stop. Status 2: it cannot start, a setting is wrong. Status 1: at the end something
// published was not confirmed.

import EventLoop

Program.run(arguments: Array(ProgramArguments.all.dropFirst()), environment: StandardStreams.environment())

/// Functions, not variables of this file: those belong to the main actor, and the static program would carry the whole runtime of
/// concurrency, a megabyte, for them.
enum Program {
    static func run(arguments: [String], environment: [String: String]) -> Never {
        if let command = arguments.first.flatMap({ Command.all[$0] }) {
            end(command(Array(arguments.dropFirst()), environment))
        }
        do {
            switch try ConfigurationReader.read(arguments: arguments, environment: environment) {
            case .help: end(CommandAnswer(output: Help.text()))
            case .version: end(CommandAnswer(output: Help.versionLine))
            case .run(let loaded):
                // Not before: what a person sees waiting, a command or a file that is a pipe, Ctrl-C ends.
                Signals.block()
                let running = try RunningNode(loaded, log: .standardError) {
                    () throws(ConfigurationReader.Failure) in
                    try ConfigurationReader.readAgain(arguments: arguments, environment: environment)
                }
                StandardStreams.writeOutput(StartMessage.text(running))
                StandardStreams.exit(try running.run())
            }
        } catch let failure as ConfigurationReader.Failure {
            end(.refused(failure.message, status: 2))
        } catch let failure as StartFailure {
            end(.refused(failure.message, status: 2))
        } catch {
            end(.refused("\(error)", status: 2))
        }
    }

    private static func end(_ answer: CommandAnswer) -> Never {
        StandardStreams.writeOutput(answer.output)
        StandardStreams.writeError(answer.complaint)
        StandardStreams.exit(answer.status)
    }
}
