// `publication_members` of the configuration file, read and written: {"text": {"type": "string", "required": true, "max_length": 1000}}.

import JSON

enum MemberRuleReader {
    /// Bytes of a member's name, and the longest `max_length`.
    static let nameBytesMax = 128
    static let lengthMaxMax = 1 << 30

    static func rules(_ value: LocatedValue.Kind) throws(SettingProblem) -> [PayloadRules.MemberRule] {
        guard case .object(let members) = value else {
            throw SettingProblem("an object such as {\"text\": {\"type\": \"string\", \"required\": true}}")
        }
        guard members.count <= PayloadRules.membersMax else {
            throw SettingProblem("\(PayloadRules.membersMax) members or fewer")
        }
        var rules: [PayloadRules.MemberRule] = []
        for member in members { rules.append(try rule(member)) }
        return rules
    }

    private static func rule(_ member: LocatedMember) throws(SettingProblem) -> PayloadRules.MemberRule {
        let shown = Printable.text(member.name, atMost: 80)
        guard member.name.utf8.count <= nameBytesMax else {
            throw SettingProblem("names of \(nameBytesMax) bytes or fewer, unlike \(shown)")
        }
        guard case .object(let parts) = member.value.kind else {
            throw SettingProblem("for \(shown) an object such as {\"type\": \"string\", \"required\": true}")
        }
        var rule = PayloadRules.MemberRule(member.name)
        for part in parts {
            switch (part.name, part.value.kind) {
            case ("type", .string(let text)):
                guard let kind = PayloadRules.Kind(rawValue: text) else { fallthrough }
                rule.kind = kind
            case ("type", _):
                let kinds = PayloadRules.Kind.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
                throw SettingProblem("for \(shown).type one of \(kinds)")
            case ("required", .boolean(let isRequired)): rule.isRequired = isRequired
            case ("required", _): throw SettingProblem("for \(shown).required true or false")
            case ("max_length", .number(let digits)):
                do throws(SettingProblem) {
                    rule.lengthMax = try Quantities.count(digits, in: 0...lengthMaxMax)
                } catch {
                    throw SettingProblem("for \(shown).max_length a whole number from 0 to \(lengthMaxMax)")
                }
            case ("max_length", _): throw SettingProblem("for \(shown).max_length a number of characters")
            default:
                let name = Printable.text(part.name, atMost: 80)
                throw SettingProblem("for \(shown) type, required and max_length, not \(name)")
            }
        }
        guard rule.lengthMax == nil || rule.kind == .string else {
            throw SettingProblem("for \(shown).max_length \"type\": \"string\" beside it: only strings have a length")
        }
        return rule
    }

    /// The rules as the file says them.
    static func text(_ rules: [PayloadRules.MemberRule]) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        for rule in rules {
            writer.name(rule.name)
            writer.beginObject()
            if rule.kind != .any { writer.member("type", rule.kind.rawValue) }
            if rule.isRequired { writer.member("required", true) }
            if let length = rule.lengthMax { writer.member("max_length", length) }
            writer.endObject()
        }
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
