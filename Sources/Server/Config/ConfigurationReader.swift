// From flags, environment and file to a configuration: flag, then environment, then file, then default. Each wrong setting is one line that
// names the setting, the value and the remedy, and all of them are told at once; the caller ends with status 2.

import EventLoop

enum ConfigurationReader {
    enum Outcome {
        case run(LoadedConfiguration)
        case help
        case version
    }

    /// `message` is for the person at the terminal, one line for each mistake.
    struct Failure: Error, Equatable {
        let message: String
    }

    static func read(
        arguments: [String], environment: [String: String],
        readFile: (String) throws(SystemError) -> [UInt8] = { path throws(SystemError) in
            try SmallFile.bytes(path, bytesMax: ConfigurationText.bytesMax)
        }
    ) throws(Failure) -> Outcome {
        var words = CommandLineWords(arguments)
        while let word = try words.next() {
            switch word {
            case .help: return .help
            case .version: return .version
            case .setting: continue
            }
        }
        var loaded = LoadedConfiguration()
        var mistakes: [String] = []
        for setting in Settings.all {
            do throws(Failure) {
                if let texts = words.given[setting.flag] {
                    try loaded.take(setting, texts, as: setting.flag, from: .flag)
                } else if let (name, texts) = try environmentTexts(setting, environment) {
                    try loaded.take(setting, texts, as: name, from: .environment(name))
                }
            } catch {
                mistakes.append(error.message)
            }
        }
        mistakes += loaded.takeTokenSecrets(environment)
        mistakes += loaded.takeAPIKeys(environment)
        if let path = loaded.configuration.file { mistakes += loaded.takeFile(path, readFile) }
        try loaded.takePreset()
        guard mistakes.isEmpty else { throw Failure(message: mistakes.joined(separator: "\n")) }
        return .run(loaded)
    }

    /// The same words once more, with the file as it is now.
    static func readAgain(
        arguments: [String], environment: [String: String]
    ) throws(Failure) -> LoadedConfiguration {
        guard case .run(let loaded) = try read(arguments: arguments, environment: environment) else {
            throw Failure(message: "these words start no node")
        }
        return loaded
    }

    /// Nil: the environment does not say.
    private static func environmentTexts(
        _ setting: Setting, _ environment: [String: String]
    ) throws(Failure) -> (name: String, texts: [String])? {
        for name in [setting.environmentName] + setting.otherEnvironment {
            guard let text = environment[name], !text.isEmpty else { continue }
            if setting.argument == nil {
                switch text {
                case "1", "true": return (name, ["true"])
                case "0", "false": return (name, ["false"])
                default: throw Failure(message: "\(name)=\(Printable.text(text, atMost: 80)): expected 1 or 0")
                }
            }
            guard setting.isRepeatable else { return (name, [text]) }
            var texts: [String] = []
            for part in text.split(separator: ",", omittingEmptySubsequences: false) {
                texts.append(try listed(part, name))
            }
            return (name, texts)
        }
        return nil
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

    /// One text. `name` is what the person wrote: a flag, a variable, a key of the file.
    static func apply(
        _ setting: Setting, _ text: String, as name: String, to configuration: inout Configuration
    ) throws(Failure) {
        do {
            try setting.apply(text, &configuration)
        } catch {
            guard setting.holdsPassword || !mayBeSecret(text) else {
                let kind = setting.argument ?? "value"
                throw Failure(message: "\(name): the value is no \(kind); not shown, it may hold a password")
            }
            let shown = error.namesValue ? "" : " \"\(Printable.text(text, atMost: 80))\""
            throw Failure(message: "\(name)\(shown): \(Printable.text(error.text, atMost: 500))")
        }
    }

    /// A Redis URL at the wrong setting may hold a password. (Compared by characters: searching for a text would link a megabyte of regular
    /// expressions into the static binary.)
    static func mayBeSecret(_ text: String) -> Bool {
        text.contains("@" as Character) && text.contains("/" as Character)
    }
}

/// A configuration, and where each value came from.
struct LoadedConfiguration: Sendable {
    enum Source: Equatable, Sendable, CustomStringConvertible {
        case flag
        case environment(String)
        case file(line: Int)
        /// A set of limits that was asked for.
        case preset(String)

        var description: String {
            switch self {
            case .flag: "flag"
            case .environment(let name): "environment \(name)"
            case .file(let line): "file, line \(line)"
            case .preset(let name): "limits \(name)"
            }
        }
    }

    /// What a setting was given, as the flag would take it.
    struct Given: Sendable {
        let texts: [String]
        let source: Source
    }

    private(set) var configuration = Configuration()
    /// By the flags; what is not here has its default.
    private(set) var given: [String: Given] = [:]
    /// Of the file; each a line.
    private(set) var warnings: [String] = []

    /// `FILE:LINE: ` where the file has set it, the variable where the environment has, the file alone where it could have; nothing without.
    func place(of flag: String) -> String {
        if case .environment(let name) = given[flag]?.source { return "\(name): " }
        guard let file = configuration.file else { return "" }
        let shown = Printable.text(file, atMost: 200)
        switch given[flag]?.source {
        case .file(let line): return "\(shown):\(line): "
        case nil: return "\(shown): "
        case .flag, .environment, .preset: return ""
        }
    }

    mutating func take(
        _ setting: Setting, _ texts: [String], as name: String, from source: Source
    ) throws(ConfigurationReader.Failure) {
        given[setting.flag] = Given(texts: texts, source: source)
        if setting.argument == nil {
            // A switch is only ever switched on: "false" is the default.
            if texts == ["true"] {
                try ConfigurationReader.apply(setting, "", as: name, to: &configuration)
            }
            return
        }
        for text in texts { try ConfigurationReader.apply(setting, text, as: name, to: &configuration) }
    }

    /// What `--limits` asks for where nothing else was said.
    mutating func takePreset() throws(ConfigurationReader.Failure) {
        guard let name = configuration.limitPreset, let limits = LimitPreset.all[name] else { return }
        for limit in limits where given[limit.flag] == nil {
            guard let setting = Settings.all.first(where: { $0.flag == limit.flag }) else { continue }
            try take(setting, [limit.text], as: limit.flag, from: .preset(name))
        }
    }

    /// Secrets have no flag: arguments stand in the shell's history and in every list of processes. Returns what is wrong, each a line.
    mutating func takeTokenSecrets(_ environment: [String: String]) -> [String] {
        var mistakes: [String] = []
        for name in TokenSettings.environmentNames {
            guard let text = environment[name] else { continue }
            do throws(Secret.Problem) {
                configuration.tokens.environmentSecrets.append(try Secret(line: Array(text.utf8)))
            } catch {
                mistakes.append("\(name): \(error.text)")
            }
        }
        return mistakes
    }

    /// Returns what is wrong, each a line.
    mutating func takeAPIKeys(_ environment: [String: String]) -> [String] {
        var mistakes: [String] = []
        for name in APISettings.environmentNames {
            guard let text = environment[name], !text.isEmpty else { continue }
            do throws(Secret.Problem) {
                configuration.api.environmentKeys.append(try APISettings.checked(try Secret(line: Array(text.utf8))))
            } catch {
                mistakes.append("\(name): \(error.text)")
            }
        }
        return mistakes
    }

    /// This with everything of `fresh` that may change while a node runs.
    func takingOver(_ fresh: LoadedConfiguration) throws(ConfigurationReader.Failure) -> LoadedConfiguration {
        var merged = LoadedConfiguration()
        for setting in Settings.all {
            guard let given = (setting.changesWhileRunning ? fresh : self).given[setting.flag] else { continue }
            try merged.take(setting, given.texts, as: setting.flag, from: given.source)
        }
        merged.configuration.tokens.environmentSecrets = configuration.tokens.environmentSecrets
        merged.configuration.channels = fresh.configuration.channels
        merged.configuration.api.environmentKeys = fresh.configuration.api.environmentKeys
        merged.configuration.api.writtenKeys = fresh.configuration.api.writtenKeys
        merged.warnings = fresh.warnings
        return merged
    }

    /// What the file says of settings that neither a flag nor the environment has set, and the channels. Returns what is wrong, each a line.
    mutating func takeFile(
        _ path: String, _ readFile: (String) throws(SystemError) -> [UInt8]
    ) -> [String] {
        let shown = Printable.text(path, atMost: 200)
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try readFile(path)
        } catch {
            return ["--config \(shown): \(error); check the path and its rights"]
        }
        guard bytes.count <= ConfigurationText.bytesMax else {
            return ["--config \(shown): longer than \(ConfigurationText.bytesMax) bytes; make it shorter"]
        }
        let file = ConfigurationFile(bytes, path: path)
        guard file.problems.isEmpty else { return file.lines(file.problems) }
        for setting in Settings.all where given[setting.flag] == nil {
            guard let value = file.values[setting.flag] else { continue }
            do throws(ConfigurationReader.Failure) {
                try take(setting, value.texts, as: setting.flag, from: .file(line: value.line))
            } catch {
                return [error.message]
            }
        }
        configuration.channels = file.channels
        configuration.api.writtenKeys = file.apiKeys
        warnings = file.lines(file.warnings)
        return []
    }
}
