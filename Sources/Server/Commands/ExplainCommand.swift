// `rookery explain`: may this client do that in this channel, and by which rule? It asks the function that the doors ask. Status 0: allowed;
// 1: not; 2: the question was wrong.

enum ExplainCommand {
    static let usage = """
        usage: rookery explain --channel NAME --action ACTION (--user ID | --anonymous) [SETTING ...]

          --channel NAME          the whole name, for example room:1
          --action ACTION         subscribe, publish, presence or history
          --user ID               the user of the connection's token
          --anonymous             a connection without a user
          --rooms LIST            the token's rooms claim: names or prefix*, with commas between them
          --subscribed            the client follows the channel
          --subscription-token    the client has shown a token for this channel

        Settings are read as at a start: --config FILE names the namespaces. Status 0: allowed; 1: not; 2: a wrong question.

        """

    private struct Question {
        var values: [String: String] = [:]
        var switches: Set<String> = []
        /// What is left for the settings.
        var settings: [String] = []
    }

    private static let valueFlags = ["--channel", "--action", "--user", "--rooms"]
    private static let switchFlags = ["--anonymous", "--subscribed", "--subscription-token"]

    static func run(_ arguments: [String], _ environment: [String: String]) -> CommandAnswer {
        if arguments.contains("--help") || arguments.contains("-h") { return CommandAnswer(output: usage) }
        do throws(ConfigurationReader.Failure) {
            let question = try parse(arguments)
            let outcome = try ConfigurationReader.read(arguments: question.settings, environment: environment)
            guard case .run(let loaded) = outcome else { return CommandAnswer(output: Help.versionLine) }
            return try answer(question, loaded.configuration)
        } catch {
            return .refused(error.message, status: 2)
        }
    }

    private static func parse(_ arguments: [String]) throws(ConfigurationReader.Failure) -> Question {
        var question = Question()
        var index = 0
        while index < arguments.count {
            let argument = arguments[index]
            let equals = argument.firstIndex(of: "=")
            let name = String(argument[..<(equals ?? argument.endIndex)])
            index += 1
            if switchFlags.contains(argument) {
                question.switches.insert(argument)
            } else if valueFlags.contains(name) {
                var value = equals.map { String(argument[argument.index(after: $0)...]) }
                if value == nil, index < arguments.count {
                    value = arguments[index]
                    index += 1
                }
                guard let value else { throw failure("\(name): a value is missing") }
                guard question.values.updateValue(value, forKey: name) == nil else {
                    throw failure("\(name): given twice; give it once")
                }
            } else {
                question.settings.append(argument)
                // A setting's value may look like one of our words.
                let takesValue = equals == nil && Settings.all.contains { $0.flag == name && $0.argument != nil }
                if takesValue, index < arguments.count {
                    question.settings.append(arguments[index])
                    index += 1
                }
            }
        }
        return question
    }

    private static func answer(
        _ question: Question, _ configuration: Configuration
    ) throws(ConfigurationReader.Failure) -> CommandAnswer {
        guard let name = question.values["--channel"] else {
            throw failure("--channel: missing; write --channel room:1")
        }
        let actions = ChannelAction.allCases.map(\.rawValue).joined(separator: ", ")
        guard let action = question.values["--action"].flatMap(ChannelAction.init(rawValue:)) else {
            let given = question.values["--action"].map { " \"\(Printable.text($0, atMost: 80))\"" } ?? ""
            throw failure("--action\(given): expected one of \(actions)")
        }
        let user = question.values["--user"] ?? ""
        guard user.isEmpty == question.switches.contains("--anonymous") else {
            throw failure("--user, --anonymous: write one of them; a user's id is not empty")
        }
        let rooms = (question.values["--rooms"] ?? "").split(separator: ",").map(String.init)
        // As at the doors: without a key for tokens everybody may. A file that says neither starts no node.
        let isInsecure = !configuration.tokens.isAsked && (configuration.isOpen || configuration.file == nil)
        let requester = Requester(user: user, isInsecure: isInsecure, rooms: rooms)
        let channel = ChannelAddress(name, configuration.channels.naming)
        let decision = configuration.channels.rights.decide(
            action, channel, for: requester, hasToken: question.switches.contains("--subscription-token"),
            isSubscribed: question.switches.contains("--subscribed"))
        let verdict =
            switch decision.outcome {
            case .allowed: "allowed"
            case .denied: "denied (103)"
            case .unknownChannel: "denied (102, unknown channel)"
            case .badName: "denied (107, not a name for a channel here)"
            }
        let place = channel.namespace.map { "namespace \"\($0)\"" } ?? "without_namespace"
        let text = "\(verdict): \(decision.rule) [\(place)]"
        return CommandAnswer(output: Printable.text(text, atMost: 2_000) + "\n", status: decision.isAllowed ? 0 : 1)
    }

    private static func failure(_ text: String) -> ConfigurationReader.Failure {
        ConfigurationReader.Failure(message: text + "; rookery explain --help")
    }
}
