// What is wrong with a JSON text: which rule, at which byte. The sender broke it; nothing of the text is to be used. Rules
// and expectations are values and not texts, so that tests and callers can compare them.

/// Why a text was refused, and at which byte. What stands behind that byte may be wrong too.
package struct JSONError: Error, Equatable, Sendable {
    /// The rules of RFC 8259, our limits, and what a caller may ask for besides.
    package enum Rule: Equatable, Sendable {
        /// RFC 8259 §2 — the grammar allows only `expected` here.
        case unexpectedByte(UInt8, expected: JSONExpectation)
        /// The text ends where `expected` should stand.
        case unexpectedEnd(expected: JSONExpectation)
        /// RFC 8259 §8.1 — a byte order mark must not be added. A parser may ignore it; this one does not.
        case byteOrderMark
        /// RFC 8259 §7 — a control character inside a string must be escaped.
        case controlCharacter(UInt8)
        /// RFC 8259 §8.1 — the text is UTF-8.
        case invalidUTF8
        /// RFC 8259 §7 — none of the escapes.
        case invalidEscape
        /// RFC 8259 §8.2 leaves it open; half a surrogate pair stands for no character, so it is refused.
        case loneSurrogate
        /// RFC 8259 §6 — leading zeros are not allowed.
        case leadingZero
        /// More levels of arrays and objects than the limit.
        case tooDeep(limit: Int)
        /// More values than the limit.
        case tooManyValues(limit: Int)
        /// RFC 8259 §4 — names should be unique; the caller asked to refuse others.
        case duplicateName
    }

    /// What was broken; its description is a part of a sentence.
    package let rule: Rule
    /// The byte that broke the rule, counted from the beginning of the text.
    package let offset: Int

    /// `offset` counts bytes from 0.
    package init(_ rule: Rule, at offset: Int) {
        self.rule = rule
        self.offset = offset
    }
}

/// What the grammar allows at one place.
package enum JSONExpectation: Equatable, Sendable {
    case value
    /// `value` or "]"
    case valueOrArrayEnd
    case name
    /// `name` or "}"
    case nameOrObjectEnd
    /// ":"
    case colon
    /// "," or "]"
    case commaOrArrayEnd
    /// "," or "}"
    case commaOrObjectEnd
    case digit
    /// The next letter of `true`, `false` or `null`.
    case literal
    /// The rest of a string up to its quotation mark.
    case stringEnd
    /// Nothing but white space: the one value of the text is complete.
    case end
}

extension JSONError: CustomStringConvertible {
    /// For example `a number with a leading zero at byte 4`.
    package var description: String { "\(rule) at byte \(offset)" }
}

extension JSONError.Rule: CustomStringConvertible {
    /// What stands there, in words; bytes of the peer only as a number.
    package var description: String {
        switch self {
        case .unexpectedByte(let byte, let expected):
            "byte 0x\(String(byte, radix: 16)) where \(expected) should stand"
        case .unexpectedEnd(let expected): "the text ends where \(expected) should stand"
        case .byteOrderMark: "a byte order mark"
        case .controlCharacter(let byte): "unescaped control character 0x\(String(byte, radix: 16))"
        case .invalidUTF8: "bytes that are not UTF-8"
        case .invalidEscape: "an escape that does not exist"
        case .loneSurrogate: "half a surrogate pair"
        case .leadingZero: "a number with a leading zero"
        case .tooDeep(let limit): "more than \(limit) levels"
        case .tooManyValues(let limit): "more than \(limit) values"
        case .duplicateName: "a name that the object already has"
        }
    }
}

extension JSONExpectation: CustomStringConvertible {
    /// What should stand there, in words.
    package var description: String {
        switch self {
        case .value: "a value"
        case .valueOrArrayEnd: "a value or \"]\""
        case .name: "a name"
        case .nameOrObjectEnd: "a name or \"}\""
        case .colon: "\":\""
        case .commaOrArrayEnd: "\",\" or \"]\""
        case .commaOrObjectEnd: "\",\" or \"}\""
        case .digit: "a digit"
        case .literal: "true, false or null"
        case .stringEnd: "the end of a string"
        case .end: "the end of the text"
        }
    }
}
