// What a configuration file says. Its keys are the flags' names with _ for -, and three that no flag has: `without_namespace`, `namespaces`
// and `channel_naming`. Everything that is wrong is found in one reading; nothing is skipped in silence.

import EventLoop

struct ConfigurationFile: Sendable {
    /// What the file gives a setting.
    struct Given: Sendable {
        /// As the flag would take them: one, or any number for a repeatable setting; a switch has `true` or `false`.
        let texts: [String]
        let line: Int
    }

    let path: String
    /// By the settings' flags.
    private(set) var values: [String: Given] = [:]
    private(set) var channels = ChannelSettings()
    /// Of the HTTP API.
    private(set) var apiKeys: [Secret] = []
    /// In the order of the lines.
    private(set) var problems: [ConfigurationProblem] = []
    /// Lines of options that do nothing.
    private(set) var warnings: [ConfigurationProblem] = []

    static let channelKeys = ["without_namespace", "namespaces", "channel_naming"]

    /// `bytes` is the whole file.
    init(_ bytes: [UInt8], path: String) {
        self.path = path
        do throws(ConfigurationProblem) {
            let root = try ConfigurationText.tree(of: bytes, problems: &problems)
            guard case .object(let members) = root.kind else {
                throw ConfigurationProblem(line: root.line, text: "the file must be one object: { … }")
            }
            for member in members { take(member) }
            checkNames()
        } catch {
            problems.append(error)
        }
        problems.sort { $0.line < $1.line }
    }

    /// One line for each problem: file, line, key, value and remedy.
    func lines(_ list: [ConfigurationProblem]) -> [String] {
        list.map { "\(Printable.text(path, atMost: 200)):\($0.line): \($0.text)" }
    }

    static func key(of flag: String) -> String {
        String(flag.dropFirst(2).map { $0 == "-" ? "_" : $0 })
    }

    // MARK: Settings

    private mutating func take(_ member: LocatedMember) {
        let name = member.name
        switch name {
        case "without_namespace":
            channels.withoutNamespace = options(member.value, name, skipping: nil)
        case "namespaces": takeNamespaces(member.value)
        case "channel_naming": takeNaming(member.value)
        case APISettings.fileKey: takeAPIKeys(member.value)
        case "config": refuse(member.line, "config: a file cannot name another; leave it out")
        default:
            if let setting = Settings.all.first(where: { ConfigurationFile.key(of: $0.flag) == name }) {
                take(member.value, of: setting)
            } else {
                refuseUnknown(member, "", among: ConfigurationFile.keys)
            }
        }
    }

    private static let keys = Settings.all.map { key(of: $0.flag) } + channelKeys + [APISettings.fileKey]

    private mutating func take(_ value: LocatedValue, of setting: Setting) {
        let key = ConfigurationFile.key(of: setting.flag)
        var texts: [String] = []
        do throws(SettingProblem) {
            texts = try ConfigurationFile.texts(value.kind, of: setting)
        } catch {
            refuse(value.line, "\(key)\(shown(value, setting)): \(error.text)")
            return
        }
        if setting.argument != nil {
            var scratch = Configuration()
            for (index, text) in texts.enumerated() {
                do throws(ConfigurationReader.Failure) {
                    try ConfigurationReader.apply(setting, text, as: key, to: &scratch)
                } catch {
                    var line = value.line
                    if case .list(let elements) = value.kind, index < elements.count { line = elements[index].line }
                    refuse(line, error.message)
                }
            }
        }
        values[setting.flag] = Given(texts: texts, line: value.line)
    }

    /// The value as the flag would take it.
    private static func texts(_ value: LocatedValue.Kind, of setting: Setting) throws(SettingProblem) -> [String] {
        if setting.isRepeatable {
            guard case .list(let elements) = value else { throw SettingProblem("a list such as [\"…\"]") }
            var texts: [String] = []
            for element in elements {
                guard case .string(let text) = element.kind else { throw SettingProblem("a list of texts: [\"…\"]") }
                texts.append(text)
            }
            return texts
        }
        let takesNumber = ["COUNT", "LEVEL", "BYTES", "TIME", "RATE"].contains(setting.argument)
        switch (value, setting.argument) {
        case (.boolean(let isOn), nil): return [isOn ? "true" : "false"]
        case (_, nil): throw SettingProblem("true or false")
        case (.boolean(let isOn), "on|off"): return [isOn ? "on" : "off"]
        case (.number(let digits), _) where takesNumber: return [digits]
        case (.string(let text), _): return [text]
        case (.null, _): throw SettingProblem("a value; leave the key out for the default")
        default: throw SettingProblem(takesNumber ? "a number, or a text: \"…\"" : "a text: \"…\"")
        }
    }

    /// One text or a list of them. No word about them shows one.
    private mutating func takeAPIKeys(_ value: LocatedValue) {
        let elements: [LocatedValue]
        if case .list(let list) = value.kind { elements = list } else { elements = [value] }
        for element in elements {
            guard case .string(let text) = element.kind else {
                refuse(element.line, "api_key: expected a text, or a list of texts; not shown, it may hold a key")
                continue
            }
            do throws(Secret.Problem) {
                apiKeys.append(try APISettings.checked(try Secret(line: Array(text.utf8))))
            } catch {
                refuse(element.line, "api_key: \(error.text)")
            }
        }
    }

    // MARK: Channels

    private mutating func takeNamespaces(_ value: LocatedValue) {
        guard case .list(let elements) = value.kind else {
            refuse(value.line, "namespaces\(shown(value)): expected a list such as [{\"name\": \"room\"}]")
            return
        }
        var lines: [String: Int] = [:]
        for (index, element) in elements.enumerated() {
            let place = "namespaces[\(index)]"
            guard case .object(let members) = element.kind else {
                refuse(element.line, "\(place)\(shown(element)): expected an object such as {\"name\": \"room\"}")
                continue
            }
            let given = members.first { $0.name == "name" }
            guard let given, case .string(let name) = given.value.kind, ChannelSettings.isNamespaceName(name) else {
                let found = given.map { shown($0.value) } ?? ""
                refuse(
                    given?.line ?? element.line,
                    "\(place).name\(found): expected two or more of a-z, A-Z, 0-9, -, _ and .")
                _ = options(element, place, skipping: "name")
                continue
            }
            if let first = lines.updateValue(given.line, forKey: name) {
                refuse(
                    given.line,
                    "\(place).name \"\(name)\": the namespace of line \(first) has this name; choose another")
            }
            let options = options(element, "\(place) \"\(name)\"", skipping: "name")
            channels.namespaces.append(ChannelSettings.Namespace(name: name, options: options))
        }
    }

    private mutating func options(_ value: LocatedValue, _ place: String, skipping: String?) -> NamespaceOptions {
        var options = NamespaceOptions()
        guard case .object(let members) = value.kind else {
            refuse(value.line, "\(place)\(shown(value)): expected an object such as {\"presence\": true}")
            return options
        }
        var lines: [String: Int] = [:]
        var isWhole = true
        for member in members where member.name != skipping {
            lines[member.name] = member.line
            guard let setting = NamespaceSetting.all.first(where: { $0.name == member.name }) else {
                if member.name == "subscription_type", member.value.kind == .string("stream") { continue }
                isWhole = false
                if NamespaceSetting.isUnavailable(member.name) {
                    let key = Printable.text(member.name, atMost: 80)
                    refuse(member.line, "\(place): \(key)\(shown(member.value)): not available yet; take it out")
                } else {
                    refuseUnknown(member, "\(place): ", among: NamespaceSetting.all.map(\.name))
                }
                continue
            }
            do throws(SettingProblem) {
                try setting.apply(member.value.kind, &options)
            } catch {
                isWhole = false
                refuse(member.value.line, "\(place): \(setting.name)\(shown(member.value)): \(error.text)")
            }
        }
        // What the options do together is only known when each of them is.
        guard isWhole else { return options }
        for finding in NamespaceRules.problems(options) {
            refuse(lines[finding.key] ?? value.line, "\(place): \(finding.key): \(finding.text)")
        }
        for finding in NamespaceRules.warnings(options) {
            warnings.append(
                ConfigurationProblem(
                    line: lines[finding.key] ?? value.line, text: "\(place): \(finding.key): \(finding.text)"))
        }
        return options
    }

    private mutating func takeNaming(_ value: LocatedValue) {
        guard case .object(let members) = value.kind else {
            refuse(value.line, "channel_naming\(shown(value)): expected an object such as {\"private_prefix\": \"$\"}")
            return
        }
        for member in members {
            let key = "channel_naming.\(member.name)"
            guard let path = ChannelSettings.namingKeys.first(where: { $0.name == member.name })?.path else {
                refuseUnknown(member, "channel_naming: ", among: ChannelSettings.namingKeys.map(\.name))
                continue
            }
            guard case .string(let text) = member.value.kind, (1...8).contains(text.utf8.count),
                text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
            else {
                refuse(member.line, "\(key)\(shown(member.value)): expected 1 to 8 visible ASCII characters")
                continue
            }
            channels.naming[keyPath: path] = text
        }
        let texts = ChannelSettings.namingKeys.map { channels.naming[keyPath: $0.path] }
        if Set(texts).count < texts.count {
            refuse(value.line, "channel_naming: two of \(texts.joined(separator: " ")) are the same; make them differ")
        }
    }

    /// A namespace whose name holds the boundary could never be named.
    private mutating func checkNames() {
        let boundary = Array(channels.naming.namespaceBoundary.utf8)
        for namespace in channels.namespaces {
            let name = Array(namespace.name.utf8)
            guard name.indices.contains(where: { name[$0...].starts(with: boundary) }) else { continue }
            refuse(
                1,
                "namespaces: \"\(namespace.name)\" holds the namespace_boundary \(channels.naming.namespaceBoundary) of channel_naming; choose another"
            )
        }
    }

    // MARK: Words

    private mutating func refuse(_ line: Int, _ text: String) {
        problems.append(ConfigurationProblem(line: line, text: text))
    }

    private mutating func refuseUnknown(_ member: LocatedMember, _ place: String, among names: [String]) {
        let hint =
            NearSpelling.of(member.name, among: names).map { "did you mean \($0)?" }
            ?? "rookery config --defaults prints all of them"
        let key = Printable.text(member.name, atMost: 80)
        refuse(member.line, "\(place)\(key): there is no such key; \(hint)")
    }

    /// A value in a message, with the space before it; nothing where it may be a secret.
    private func shown(_ value: LocatedValue, _ setting: Setting? = nil) -> String {
        guard setting?.holdsPassword != true else { return "" }
        switch value.kind {
        case .null: return " null"
        case .boolean(let isOn): return " \(isOn)"
        case .number(let digits): return " \(Printable.text(digits, atMost: 80))"
        case .string(let text):
            return ConfigurationReader.mayBeSecret(text) ? "" : " \"\(Printable.text(text, atMost: 80))\""
        case .list: return " […]"
        case .object: return " {…}"
        }
    }
}
