// A command as people write it, cut into words as a shell cuts it (POSIX.1-2024, Shell Command Language, 2.2 Quoting). No variables,
// patterns, pipes or redirections: the program is started without a shell, so that its process is the server.

enum CommandWords {
    struct Problem: Error, Equatable, CustomStringConvertible {
        let description: String
    }

    private enum State {
        case between
        case word
        case single
        case double
    }

    /// The words of `command`: at least one.
    static func split(_ command: String) throws(Problem) -> [String] {
        var words: [String] = []
        var word = ""
        var state = State.between
        var characters = command.unicodeScalars.makeIterator()
        while let character = characters.next() {
            switch (state, character) {
            case (.single, "'"), (.double, "\""): state = .word
            case (.single, _): word.unicodeScalars.append(character)
            case (.double, "\\"):
                guard let next = characters.next() else { throw unended("a double quote", command) }
                // Inside double quotes it escapes only what would mean something there (2.2.3).
                if !["\"", "\\", "$", "`"].contains(next) { word.unicodeScalars.append("\\") }
                word.unicodeScalars.append(next)
            case (.double, _): word.unicodeScalars.append(character)
            case (_, "'"): state = .single
            case (_, "\""): state = .double
            case (_, "\\"):
                guard let next = characters.next() else { throw unended("a backslash", command) }
                word.unicodeScalars.append(next)
                state = .word
            case (.word, " "), (.word, "\t"), (.word, "\n"):
                words.append(word)
                word = ""
                state = .between
            case (.between, " "), (.between, "\t"), (.between, "\n"): break
            case (.word, _), (.between, _):
                word.unicodeScalars.append(character)
                state = .word
            }
        }
        switch state {
        case .between: break
        case .word: words.append(word)
        case .single: throw unended("a single quote", command)
        case .double: throw unended("a double quote", command)
        }
        guard !words.isEmpty else { throw Problem(description: "the command is empty") }
        return words
    }

    private static func unended(_ what: String, _ command: String) -> Problem {
        Problem(description: "\(what) has no end in: \(command)")
    }
}
