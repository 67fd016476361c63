// The texts of `--help` and `--version`, and the README's table of settings, made from the settings themselves.

enum Help {
    static let version = "0.1.0"
    static let versionLine = "rookery \(version)\n"

    static func text() -> String {
        var lines = [
            "rookery: a chat server. WebSockets here, Redis Pub/Sub between the nodes.",
            "",
            "usage: rookery [SETTING ...]",
            "       rookery check [SETTING ...]         say what is wrong with these settings, and start nothing",
            "       rookery config [SETTING ...]        print what is in force, and where each value comes from",
            "       rookery config --defaults           print a whole configuration file",
            "       rookery explain --channel NAME --action ACTION (--user ID | --anonymous) [SETTING ...]",
            "                                           say who may do what, and by which rule (rookery explain --help)",
            "       rookery token (--user ID | --check -) [OPTION ...]",
            "                                           make or explain a token (rookery token --help)",
            "       rookery user (add NAME | remove NAME | list) [SETTING ...]",
            "                                           who may log in with a password (rookery user --help)",
            "",
            "Each setting is also read from the environment (in brackets) and from --config FILE; the flag wins, then the",
            "environment.",
            "",
        ]
        for setting in Settings.all {
            let argument = setting.argument.map { " " + $0 } ?? ""
            let repeatable = setting.isRepeatable ? ", repeatable" : ""
            let standard = setting.defaultText.isEmpty ? "" : " Default: \(setting.defaultText)."
            let names = ([setting.environmentName] + setting.otherEnvironment).joined(separator: ", ")
            lines.append("  \(setting.flag)\(argument)  [\(names)\(repeatable)]")
            lines.append("      \(setting.help)\(standard)")
        }
        lines.append("  --help, --version")
        return lines.joined(separator: "\n") + "\n"
    }

    /// The table of docs/configuration.md: what a namespace can be told.
    static func namespaceTable() -> String {
        var lines = ["| option | default | what it does |", "| --- | --- | --- |"]
        for setting in NamespaceSetting.all {
            lines.append("| `\(setting.name)` | `\(setting.show(NamespaceOptions()))` | \(setting.help) |")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The file of docs/configuration.md: what a set of limits says.
    static func limitsText(_ name: String) -> String {
        let lines = LimitPreset.all[name, default: []].map { limit in
            let isNumber = limit.text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
            return "\"\(ConfigurationFile.key(of: limit.flag))\": \(isNumber ? limit.text : "\"\(limit.text)\"")"
        }
        return "```jsonc\n" + lines.joined(separator: ",\n") + "\n```\n"
    }

    /// The list of docs/configuration.md: what SIGHUP changes.
    static func liveList() -> String {
        let keys = Settings.all.filter(\.changesWhileRunning).map { ConfigurationFile.key(of: $0.flag) }
        return (keys + ConfigurationFile.channelKeys).map { "- `\($0)`\n" }.joined()
    }

    /// The table of the README.
    static func markdownTable() -> String {
        var lines = ["| setting | default | what it does |", "| --- | --- | --- |"]
        for setting in Settings.all {
            // A bar ends a cell, in code too.
            let argument =
                setting.argument.map { argument in
                    " " + argument.split(separator: "|").joined(separator: #"\|"#)
                } ?? ""
            let repeatable = setting.isRepeatable ? " (repeatable)" : ""
            lines.append("| `\(setting.flag)\(argument)`\(repeatable) | \(setting.defaultText) | \(setting.help) |")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
