// Configuration files as text: the one with all defaults, and what is in force with where it came from. Secrets are `***`.

import JSON

enum ConfigurationWriter {
    /// A whole file with a comment for each key. It reads back to the defaults.
    static func defaults() -> String {
        var lines = [
            "// Every setting of rookery, with its default. A flag goes before the environment, that before this file.",
            "// Settings whose default is no value are commented out.",
            "{",
        ]
        for setting in Settings.all where setting.flag != "--config" {
            let key = ConfigurationFile.key(of: setting.flag)
            let standard =
                setting.isRepeatable && !setting.defaultText.isEmpty ? " Default: \(setting.defaultText)." : ""
            lines.append("    // \(setting.help)\(standard)")
            if let value = defaultValue(of: setting) {
                lines.append("    \(string(key)): \(value),")
            } else {
                lines.append("    // \(string(key)): \(string(setting.argument ?? "")),")
            }
        }
        lines.append(
            "    // Keys of the HTTP API, as a text or a list; better in a file of their own (api_key_file) or in ROOKERY_API_KEY."
        )
        lines.append("    // \(string(APISettings.fileKey)): [],")
        lines += channels(ChannelSettings(), isExplained: true) + ["}"]
        return lines.joined(separator: "\n") + "\n"
    }

    /// What is in force, and the source of each value.
    static func inForce(_ loaded: LoadedConfiguration) -> String {
        var lines = ["{"]
        if let file = loaded.configuration.file { lines.insert("// \(Printable.text(file, atMost: 200))", at: 0) }
        for setting in Settings.all where setting.flag != "--config" {
            let key = string(ConfigurationFile.key(of: setting.flag))
            if let given = loaded.given[setting.flag] {
                lines.append("    \(key): \(value(given.texts, of: setting)),  // \(given.source)")
            } else if let value = defaultValue(of: setting) {
                let standard = setting.isRepeatable && !setting.defaultText.isEmpty ? ": \(setting.defaultText)" : ""
                lines.append("    \(key): \(value),  // default\(standard)")
            } else {
                let standard = setting.defaultText.isEmpty ? "" : ": \(setting.defaultText)"
                lines.append("    // \(key)  not set\(standard)")
            }
        }
        let secrets = loaded.configuration.tokens.environmentSecrets.count
        if secrets > 0 {
            lines.append("    // secrets for tokens from the environment: \(secrets), not shown")
        }
        let api = loaded.configuration.api
        lines += keys(api.environmentKeys.count, "environment") + keys(api.writtenKeys.count, "file")
        lines += channels(loaded.configuration.channels, isExplained: false) + ["}"]
        return lines.joined(separator: "\n") + "\n"
    }

    private static func keys(_ count: Int, _ source: String) -> [String] {
        count == 0 ? [] : ["    // \(string(APISettings.fileKey))  \(count), not shown  // \(source)"]
    }

    /// A text of the file, in its quotation marks.
    static func string(_ text: String) -> String {
        var writer = JSONWriter()
        writer.string(text)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// The default as the file says it; nil where it is no value.
    private static func defaultValue(of setting: Setting) -> String? {
        if setting.isRepeatable { return "[]" }
        switch setting.argument {
        case nil: return "false"
        case "on|off": return setting.defaultText == "on" ? "true" : "false"
        // "0: no limit", "processors"
        case "COUNT", "LEVEL":
            let digits = setting.defaultText.utf8.prefix { $0 >= 0x30 && $0 <= 0x39 }
            return digits.isEmpty ? nil : String(Substring(digits))
        case "BYTES", "TIME", "TEXT", "NAME", "RATE", "off|public": return string(setting.defaultText)
        default: return nil
        }
    }

    private static func value(_ texts: [String], of setting: Setting) -> String {
        let shown = texts.map { withoutSecret($0, of: setting) }
        if setting.isRepeatable { return "[" + shown.map(string).joined(separator: ", ") + "]" }
        guard let text = shown.first else { return "null" }
        switch setting.argument {
        case nil: return text
        case "on|off": return text == "on" ? "true" : "false"
        case "COUNT", "LEVEL", "BYTES", "TIME": return Int(text).map(String.init) == text ? text : string(text)
        default: return string(text)
        }
    }

    private static func withoutSecret(_ text: String, of setting: Setting) -> String {
        guard setting.holdsPassword else { return ConfigurationReader.mayBeSecret(text) ? "***" : text }
        // A socket's path has no password.
        guard !text.hasPrefix("unix:"), let at = text.utf8.lastIndex(of: UInt8(ascii: "@")) else { return text }
        return "redis://***" + text[at...]
    }

    // MARK: Channels

    private static func channels(_ channels: ChannelSettings, isExplained: Bool) -> [String] {
        var lines: [String] = []
        func comment(_ text: String) { if isExplained { lines.append("    // " + text) } }
        comment("The characters that mean something in a channel's name.")
        let naming = ChannelSettings.namingKeys.map {
            "\(string($0.name)): \(string(channels.naming[keyPath: $0.path]))"
        }
        lines.append("    \"channel_naming\": {\(naming.joined(separator: ", "))},")
        comment("The options of channels without a namespace.")
        lines.append("    \"without_namespace\": {")
        lines += options(channels.withoutNamespace, indent: "        ", isExplained: isExplained)
        lines.append("    },")
        comment("Namespaces: {\"name\": \"room\", …} with the same options; room:1 is a channel of it.")
        guard !channels.namespaces.isEmpty else { return lines + ["    \"namespaces\": []"] }
        lines.append("    \"namespaces\": [")
        for (index, namespace) in channels.namespaces.enumerated() {
            lines.append("        {")
            lines.append("            \"name\": \(string(namespace.name)),")
            lines += options(namespace.options, indent: "            ", isExplained: false)
            lines.append("        }" + (index + 1 < channels.namespaces.count ? "," : ""))
        }
        return lines + ["    ]"]
    }

    private static func options(_ options: NamespaceOptions, indent: String, isExplained: Bool) -> [String] {
        var lines: [String] = []
        for (index, setting) in NamespaceSetting.all.enumerated() {
            if isExplained { lines.append("\(indent)// \(setting.help)") }
            let comma = index + 1 < NamespaceSetting.all.count ? "," : ""
            lines.append("\(indent)\(string(setting.name)): \(setting.show(options))\(comma)")
        }
        return lines
    }
}
