// The words of a command line, setting by setting. What a wrong word was meant to be cannot be known, so the first one ends the reading.

struct CommandLineWords {
    enum Word { case setting, help, version }

    private let arguments: [String]
    private var index = 0
    /// By the flags; a switch has `true`.
    private(set) var given: [String: [String]] = [:]

    init(_ arguments: [String]) { self.arguments = arguments }

    /// Nil at the end.
    mutating func next() throws(ConfigurationReader.Failure) -> Word? {
        guard index < arguments.count else { return nil }
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
            throw ConfigurationReader.Failure(message: CommandLineWords.unknown(name))
        }
        if setting.argument != nil, value == nil {
            guard index < arguments.count else {
                throw ConfigurationReader.Failure(
                    message: "\(name): a value is missing; write \(name) \(setting.argument ?? "")")
            }
            value = arguments[index]
            index += 1
        }
        if setting.argument == nil, value != nil {
            throw ConfigurationReader.Failure(message: "\(name): it takes no value; write just \(name)")
        }
        if !setting.isRepeatable, given[name] != nil {
            throw ConfigurationReader.Failure(message: "\(name): given twice; give it once")
        }
        given[name, default: []].append(value ?? "true")
        return .setting
    }

    private static func unknown(_ name: String) -> String {
        // It may be a Redis URL that lost its flag, password and all.
        guard name.hasPrefix("-") else {
            return "a setting begins with --; rookery --help lists all settings and commands"
        }
        let flags = Settings.all.map(\.flag)
        let near = flags.first { $0.hasPrefix(name) || name.hasPrefix($0) } ?? NearSpelling.of(name, among: flags)
        let hint = near.map { "did you mean \($0)?" } ?? "rookery --help lists all settings and commands"
        return "\(Printable.text(name, atMost: 80)): no such setting; \(hint)"
    }
}
