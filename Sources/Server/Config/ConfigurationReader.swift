// From flags and environment to a configuration: flag, then environment, then default. One wrong setting is one line that names
// the setting, the value and the remedy; the caller ends with status 2.

enum ConfigurationReader {
    enum Outcome {
        case run(Configuration)
        case help
        case version
    }

    /// `message` is the line for the person at the terminal.
    struct Failure: Error, Equatable {
        let message: String
    }

    static func read(
        arguments: [String], environment: [String: String]
    ) throws(Failure) -> Outcome {
        var configuration = Configuration()
        var given: Set<String> = []
        var index = 0
        while index < arguments.count {
            let argument = arguments[index]
            index += 1
            if argument == "--help" || argument == "-h" { return .help }
            if argument == "--version" { return .version }
            let name: String
            var value: String?
            if let equals = argument.firstIndex(of: "=") {
                name = String(argument[..<equals])
                value = String(argument[argument.index(after: equals)...])
            } else {
                name = argument
            }
            guard let setting = Settings.all.first(where: { $0.flag == name }) else {
                throw Failure(message: unknown(name))
            }
            if setting.argument != nil, value == nil {
                guard index < arguments.count else {
                    throw Failure(message: "\(name): a value is missing; write \(name) \(setting.argument ?? "")")
                }
                value = arguments[index]
                index += 1
            }
            if setting.argument == nil, value != nil {
                throw Failure(message: "\(name): it takes no value; write just \(name)")
            }
            if !setting.isRepeatable, !given.insert(name).inserted {
                throw Failure(message: "\(name): given twice; give it once")
            }
            given.insert(name)
            try apply(setting, value ?? "", as: name, to: &configuration)
        }
        for setting in Settings.all where !given.contains(setting.flag) {
            try applyEnvironment(setting, environment, to: &configuration)
        }
        return .run(configuration)
    }

    private static func applyEnvironment(
        _ setting: Setting, _ environment: [String: String], to configuration: inout Configuration
    ) throws(Failure) {
        for name in [setting.environmentName] + setting.otherEnvironment {
            guard let text = environment[name], !text.isEmpty else { continue }
            if setting.argument == nil {
                switch text {
                case "1", "true": try apply(setting, "", as: name, to: &configuration)
                case "0", "false": break
                default: throw Failure(message: "\(name)=\(text): expected 1 or 0")
                }
            } else if setting.isRepeatable {
                for part in text.split(separator: ",", omittingEmptySubsequences: false) {
                    try apply(setting, try listed(part, name), as: name, to: &configuration)
                }
            } else {
                try apply(setting, text, as: name, to: &configuration)
            }
            return
        }
    }

    /// One value of a list. Nothing between two commas is a slip, not a value: an empty prefix would mean everything. `''` says that.
    private static func listed(_ part: Substring, _ name: String) throws(Failure) -> String {
        var trimmed = part
        while trimmed.first == " " { trimmed.removeFirst() }
        while trimmed.last == " " { trimmed.removeLast() }
        guard !trimmed.isEmpty else {
            throw Failure(message: "\(name): an empty value between commas; leave it out, or write '' for an empty one")
        }
        return trimmed == "''" ? "" : String(trimmed)
    }

    private static func apply(
        _ setting: Setting, _ text: String, as name: String, to configuration: inout Configuration
    ) throws(Failure) {
        do {
            try setting.apply(text, &configuration)
        } catch {
            // A Redis URL at the wrong setting may hold a password. (Compared by characters: searching for a text would link a
            // megabyte of regular expressions into the static binary.)
            let mayBeSecret = text.contains("@" as Character) && text.contains("/" as Character)
            guard setting.flag == "--redis" || !mayBeSecret else {
                let kind = setting.argument ?? "value"
                throw Failure(message: "\(name): the value is no \(kind); not shown, it may hold a password")
            }
            let shown = error.namesValue ? "" : " \"\(Printable.text(text, atMost: 80))\""
            throw Failure(message: "\(name)\(shown): \(error.text)")
        }
    }

    private static func unknown(_ name: String) -> String {
        // It may be a Redis URL that lost its flag, password and all.
        guard name.hasPrefix("-") else { return "a setting begins with --; rookery --help lists all settings" }
        let near = Settings.all.map(\.flag).filter { $0.hasPrefix(name) || name.hasPrefix($0) }
        let hint = near.first.map { "did you mean \($0)?" } ?? "rookery --help lists all settings"
        return "\(Printable.text(name, atMost: 80)): no such setting; \(hint)"
    }
}
