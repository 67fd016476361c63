// One setting: its names, what it takes, its default, and how a text becomes a value. `--help` and the README's table are made
// from these, so a setting cannot exist without its sentence.

package struct Setting {
    /// `--max-message-bytes`; the environment name is derived: `ROOKERY_MAX_MESSAGE_BYTES`.
    package let flag: String
    /// What stands after the flag, for example `BYTES`; nil for a switch.
    package let argument: String?
    package let defaultText: String
    /// May be given several times; in the environment separated by commas.
    package let isRepeatable: Bool
    /// One sentence.
    package let help: String
    /// Further environment names, for example `REDIS_URL`.
    package let otherEnvironment: [String]
    /// Takes the text over or says what is wrong with it: what was expected, in words.
    package let apply: (String, inout Configuration) throws(SettingProblem) -> Void

    package init(
        _ flag: String, _ argument: String? = nil, default defaultText: String = "", repeatable: Bool = false,
        environment: [String] = [], _ help: String,
        apply: @escaping (String, inout Configuration) throws(SettingProblem) -> Void
    ) {
        self.flag = flag
        self.argument = argument
        self.defaultText = defaultText
        self.isRepeatable = repeatable
        self.help = help
        self.otherEnvironment = environment
        self.apply = apply
    }

    package var environmentName: String {
        "ROOKERY_" + flag.dropFirst(2).uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
    }
}

/// What is wrong with a value, and what to write instead. The reader adds the setting's name and the value.
package struct SettingProblem: Error {
    package let expected: String

    package init(_ expected: String) { self.expected = expected }
}
