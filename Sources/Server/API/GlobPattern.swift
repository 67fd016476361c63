// The patterns of `channels`: `*` any run, `?` one character, `[abc]` and `[a-z]` one of these, `[!abc]` any other, `{x,y}` one of these texts,
// `\` the next character as it is. Matched in time linear in the name: it becomes a `ChannelPattern`.

struct GlobPattern {
    struct Problem: Error, Equatable {
        /// The end of a sentence.
        let text: String
    }

    private let pattern: ChannelPattern

    init(_ text: String) throws(Problem) {
        let scalars = Array(text.unicodeScalars)
        guard scalars.count <= APILimits.patternCharactersMax else {
            throw Problem(text: "is longer than \(APILimits.patternCharactersMax) characters")
        }
        var reader = GlobReader(scalars)
        let translated = try reader.translated()
        do throws(ChannelPattern.Problem) {
            pattern = try ChannelPattern("^(?:\(translated))$")
        } catch {
            throw Problem(text: "is no pattern: \(error.text)")
        }
    }

    func matches(_ name: String) -> Bool { pattern.matches(name) }
}

private struct GlobReader {
    private let text: [Unicode.Scalar]
    private var offset = 0
    private var depth = 0
    private var result = ""

    init(_ text: [Unicode.Scalar]) { self.text = text }

    mutating func translated() throws(GlobPattern.Problem) -> String {
        while let scalar = next() {
            switch scalar {
            case "*": result += "(?:.|\\n)*"
            case "?": result += "(?:.|\\n)"
            case "[": try bracket()
            case "{":
                depth += 1
                result += "(?:"
            case "}" where depth > 0:
                depth -= 1
                result += ")"
            case "," where depth > 0: result += "|"
            case "\\":
                guard let escaped = next() else { throw problem("ends with \\; write \\\\ for one") }
                literal(escaped)
            default: literal(scalar)
            }
        }
        guard depth == 0 else { throw problem("has a { that is not closed; write \\{ for one") }
        return result
    }

    private mutating func bracket() throws(GlobPattern.Problem) {
        result += "["
        if offset < text.count, text[offset] == "!" {
            offset += 1
            result += "^"
        }
        let start = offset
        while let scalar = next() {
            switch scalar {
            case "]" where offset - 1 > start:
                result += "]"
                return
            case "-" where offset - 1 > start && offset < text.count && text[offset] != "]": result += "-"
            case "\\":
                guard let escaped = next() else { throw problem("ends with \\; write \\\\ for one") }
                literal(escaped)
            default: literal(scalar)
            }
        }
        throw problem("has a [ that is not closed; write \\[ for one")
    }

    /// What means something in a pattern is written so that it does not.
    private mutating func literal(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\n": result += "\\n"
        case "!"..."/", ":"..."@", "["..."`", "{"..."~":
            result += "\\"
            result.unicodeScalars.append(scalar)
        default: result.unicodeScalars.append(scalar)
        }
    }

    private mutating func next() -> Unicode.Scalar? {
        guard offset < text.count else { return nil }
        offset += 1
        return text[offset - 1]
    }

    private func problem(_ text: String) -> GlobPattern.Problem { GlobPattern.Problem(text: text) }
}
