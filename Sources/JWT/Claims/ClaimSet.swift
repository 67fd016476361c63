// The claims of a token whose signature was right (RFC 7519 §4): an object of JSON, read once. Each question names the type that it wants; a
// claim of another type is a fault, never a missing claim (fault J9).

import Digest
import JSON

/// Claims by name.
package struct ClaimSet: Sendable {
    private let object: JSONValue

    init(_ text: [UInt8]) throws(TokenFault) { object = try JSONValue(part: .claims, text) }

    init(_ object: JSONValue) { self.object = object }

    /// Whether it stands there, of whatever type.
    package func has(_ claim: String) -> Bool { object[claim] != nil }

    /// The names in their order, which is that of the token.
    var names: [String] {
        guard case .object(let members) = object else { return [] }
        return members.map { String(decoding: $0.name, as: UTF8.self) }
    }

    /// A string; nil when it is missing.
    package func string(_ claim: String) throws(TokenFault) -> String? {
        switch object[claim] {
        case nil: return nil
        case .string(let bytes): return String(decoding: bytes, as: UTF8.self)
        case .some(let value): throw ClaimSet.wrong(claim, "a string", value)
        }
    }

    /// A list of strings; nil when it is missing.
    package func strings(_ claim: String) throws(TokenFault) -> [String]? {
        switch object[claim] {
        case nil: return nil
        case .array(let elements):
            var strings: [String] = []
            for element in elements {
                guard let text = element.text else { throw ClaimSet.wrong(claim, "a list of strings", element) }
                strings.append(text)
            }
            return strings
        case .some(let value): throw ClaimSet.wrong(claim, "a list of strings", value)
        }
    }

    /// NumericDate (RFC 7519 §2): seconds since 1970, a fraction is dropped. What is before 1970 or behind the year 9999 is a fault
    /// (fault J9: 1e999, -1).
    package func date(_ claim: String) throws(TokenFault) -> Int64? {
        switch object[claim] {
        case nil: return nil
        case .number(let digits):
            let value = JSONValue.number(digits)
            let seconds = value.integer ?? value.double.flatMap { Int64(exactly: $0.rounded(.down)) }
            guard let seconds, seconds >= 0, seconds <= DateLimits.secondsMax, digits.first != UInt8(ascii: "-") else {
                throw .date(claim: claim, ShownValue(digits))
            }
            return seconds
        case .some(let value): throw ClaimSet.wrong(claim, "a number of seconds", value)
        }
    }

    /// A whole number.
    package func integer(_ claim: String) throws(TokenFault) -> Int64? {
        guard let value = object[claim] else { return nil }
        guard let integer = value.integer else { throw ClaimSet.wrong(claim, "a whole number", value) }
        return integer
    }

    /// Any value, as JSON without white space between its tokens, so that it stays on one line.
    package func raw(_ claim: String) -> [UInt8]? {
        guard let value = object[claim] else { return nil }
        var writer = JSONWriter()
        writer.value(value)
        return writer.bytes
    }

    /// A string that is Base64 (RFC 4648 §4): the bytes.
    package func base64(_ claim: String) throws(TokenFault) -> [UInt8]? {
        guard let text = try string(claim) else { return nil }
        let characters = [UInt8](text.utf8)
        guard let bytes = Base64.decode(characters.span) else { throw .claimBase64(claim: claim) }
        return bytes
    }

    /// The value as it may be shown.
    func shown(_ claim: String) -> ShownValue? {
        switch object[claim] {
        case nil: nil
        case .string(let bytes): ShownValue(bytes)
        case .some: raw(claim).map { ShownValue($0) }
        }
    }

    /// The members of an object, each a set of claims if its value is an object, too; nil when it is missing.
    func objects(_ claim: String) throws(TokenFault) -> [(name: String, value: ClaimSet)]? {
        switch object[claim] {
        case nil: return nil
        case .object(let members):
            var objects: [(name: String, value: ClaimSet)] = []
            for member in members {
                guard case .object = member.value else {
                    throw ClaimSet.wrong(claim, "an object of objects", member.value)
                }
                objects.append((String(decoding: member.name, as: UTF8.self), ClaimSet(member.value)))
            }
            return objects
        case .some(let value): throw ClaimSet.wrong(claim, "an object of objects", value)
        }
    }

    /// `true` or `false`.
    func boolean(_ claim: String) throws(TokenFault) -> Bool? {
        switch object[claim] {
        case nil: return nil
        case .boolean(let value): return value
        case .some(let value): throw ClaimSet.wrong(claim, "true or false", value)
        }
    }

    private static func wrong(_ claim: String, _ expected: String, _ value: JSONValue) -> TokenFault {
        .claimType(claim: claim, expected: expected, found: value.kindWithArticle)
    }
}
