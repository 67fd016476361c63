// `rookery check [SETTING ...]`: everything that is wrong with the settings, the file and what they name; nothing is started. Status 0: a node
// would start. Status 1: it would not.

enum CheckCommand {
    static func run(_ arguments: [String], _ environment: [String: String]) -> CommandAnswer {
        do throws(ConfigurationReader.Failure) {
            switch try ConfigurationReader.read(arguments: arguments, environment: environment) {
            case .help: return CommandAnswer(output: Help.text())
            case .version: return CommandAnswer(output: Help.versionLine)
            case .run(let loaded): return check(loaded)
            }
        } catch {
            return CommandAnswer(output: error.message + "\n", status: 1)
        }
    }

    private static func check(_ loaded: LoadedConfiguration) -> CommandAnswer {
        var configuration = loaded.configuration
        let problems = StartRules.problems(&configuration).map { loaded.place(of: $0.flag) + $0.text }
        let warnings = (loaded.warnings + configuration.warnings + configuration.advice).map { "warning: \($0)" }
        let lines = problems + warnings + (problems.isEmpty ? ["fine"] : [])
        return CommandAnswer(output: lines.joined(separator: "\n") + "\n", status: problems.isEmpty ? 0 : 1)
    }
}
