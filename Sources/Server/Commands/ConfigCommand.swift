// `rookery config [SETTING ...]`: what is in force and where each value comes from. `rookery config --defaults`: a whole file with comments.

enum ConfigCommand {
    static func run(_ arguments: [String], _ environment: [String: String]) -> CommandAnswer {
        if arguments == ["--defaults"] { return CommandAnswer(output: ConfigurationWriter.defaults()) }
        guard !arguments.contains("--defaults") else {
            return .refused("--defaults: it goes with no other word; write rookery config --defaults", status: 2)
        }
        do throws(ConfigurationReader.Failure) {
            switch try ConfigurationReader.read(arguments: arguments, environment: environment) {
            case .help: return CommandAnswer(output: Help.text())
            case .version: return CommandAnswer(output: Help.versionLine)
            case .run(let loaded): return CommandAnswer(output: ConfigurationWriter.inForce(loaded))
            }
        } catch {
            return .refused(error.message, status: 2)
        }
    }
}
