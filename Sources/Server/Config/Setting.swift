// One setting: its names, what it takes, its default, and how a text becomes a value. `--help` and the README's table are made
// from these, so a setting cannot exist without its sentence.

struct Setting: Sendable {
    /// `--max-message-bytes`; the environment name is derived: `ROOKERY_MAX_MESSAGE_BYTES`.
    let flag: String
    /// What stands after the flag, for example `BYTES`; nil for a switch.
    let argument: String?
    let defaultText: String
    /// May be given several times; in the environment separated by commas.
    let isRepeatable: Bool
    /// One sentence.
    let help: String
    /// Further environment names, for example `REDIS_URL`.
    let otherEnvironment: [String]
    /// A value may hold a password: no message shows it, and `rookery config` shows it without.
    let holdsPassword: Bool
    /// SIGHUP changes it; everything else waits for a restart. `LiveSettings` has the same list.
    let changesWhileRunning: Bool
    /// Takes the text over or says what is wrong with it: what was expected, in words.
    let apply: @Sendable (String, inout Configuration) throws(SettingProblem) -> Void

    init(
        _ flag: String, _ argument: String? = nil, default defaultText: String = "", repeatable: Bool = false,
        environment: [String] = [], holdsPassword: Bool = false, changesWhileRunning: Bool = false, _ help: String,
        apply: @escaping @Sendable (String, inout Configuration) throws(SettingProblem) -> Void
    ) {
        self.flag = flag
        self.argument = argument
        self.defaultText = defaultText
        self.isRepeatable = repeatable
        self.help = help
        self.otherEnvironment = environment
        self.holdsPassword = holdsPassword
        self.changesWhileRunning = changesWhileRunning
        self.apply = apply
    }

    var environmentName: String {
        "ROOKERY_" + flag.dropFirst(2).uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
    }
}

extension Setting {
    /// Whether both mean the same, however it is written; nil is the default.
    func isSame(
        _ one: LoadedConfiguration.Given?, _ other: LoadedConfiguration.Given?
    ) throws(ConfigurationReader.Failure) -> Bool {
        var values = [LoadedConfiguration(), LoadedConfiguration()]
        if let one { try values[0].take(self, one.texts, as: flag, from: one.source) }
        if let other { try values[1].take(self, other.texts, as: flag, from: other.source) }
        return values[0].configuration == values[1].configuration
    }
}

/// What is wrong with a value, and what to write instead. The reader adds the setting's name and the value.
struct SettingProblem: Error {
    /// For the person at the terminal.
    let text: String
    /// The text names the value already, or must not.
    let namesValue: Bool

    /// What a value of this setting looks like; the reader shows the value that was given.
    init(_ expected: String) {
        text = "expected \(expected)"
        namesValue = false
    }

    /// A whole sentence of whoever read the value.
    init(because text: String) {
        self.text = text
        namesValue = true
    }
}
