// What a namespace asks of the data that is published in it, checked before anything reaches the broker. One pass over the bytes by the reader of
// the JSON room, which builds nothing; without rules nothing is looked at but the count.

import JSON

/// The rules beside `DataFormat`, which says what kind of bytes the data is.
package struct PayloadRules: Equatable, Sendable {
    /// The largest `bytesMax`.
    package static let bytesMaxMax = 1 << 30
    /// As many as a word has bits: which of the required ones were there is kept in one.
    package static let membersMax = 64

    /// 0: no rule.
    package var bytesMax = 0
    /// The members of an object, `membersMax` at most; with any of them the data must be one. Their names differ. Members without a rule may
    /// be there, too.
    package var members: [MemberRule] = []

    package init() {}

    /// What one member must be. Where a name stands twice, both must be so.
    package struct MemberRule: Equatable, Sendable {
        package var name: String
        package var kind = Kind.any
        package var isRequired = false
        /// Characters (Unicode scalars) of a string.
        package var lengthMax: Int?

        package init(_ name: String, _ kind: Kind = .any, isRequired: Bool = false, lengthMax: Int? = nil) {
            self.name = name
            self.kind = kind
            self.isRequired = isRequired
            self.lengthMax = lengthMax
        }
    }

    package enum Kind: String, CaseIterable, Sendable {
        case any, string, number
        /// A number written without fraction and exponent.
        case integer
        case boolean, object, array
    }
}

extension NamespaceOptions {
    /// Which rule of the namespace `data` breaks, and where: for the message of error 107. Nil: none. Nothing of the data is in it.
    /// `isJSON`: the caller has read it as one JSON value already.
    package func payloadProblem(_ data: [UInt8], isJSON: Bool = false) -> String? {
        if data.isEmpty, dataFormat != .binary {
            return "publication_data_format: the data is empty"
        }
        if payloadRules.bytesMax > 0, data.count > payloadRules.bytesMax {
            return
                "publication_max_bytes: the data has \(data.count) bytes, at most \(payloadRules.bytesMax) are allowed"
        }
        guard payloadRules.members.isEmpty else { return payloadRules.memberProblem(data.span) }
        switch dataFormat {
        case .notEmpty, .binary: return nil
        case .text: return isJSON ? nil : PayloadFormat.textProblem(data.span)
        case .json: return isJSON ? nil : PayloadFormat.jsonProblem(data.span, isObject: false)
        case .jsonObject: return PayloadFormat.jsonProblem(data.span, isObject: true, isJSON: isJSON)
        }
    }
}

private enum PayloadFormat {
    static func textProblem(_ data: Span<UInt8>) -> String? {
        do {
            _ = try UTF8Span(validating: data)
            return nil
        } catch {
            return "publication_data_format: the data is not UTF-8 at byte \(error.byteOffsets.lowerBound)"
        }
    }

    static func jsonProblem(_ data: Span<UInt8>, isObject: Bool, isJSON: Bool = false) -> String? {
        var reader = JSONReader()
        do throws(JSONError) {
            let first = try reader.next(in: data)
            if isObject, first != .objectStart { return "publication_data_format: the data is not a JSON object" }
            guard !isJSON else { return nil }
            while try reader.next(in: data) != nil {}
            return nil
        } catch {
            return "publication_data_format: the data is not JSON: \(error)"
        }
    }
}

// MARK: - Members

extension PayloadRules {
    /// `members` is not empty.
    fileprivate func memberProblem(_ data: Span<UInt8>) -> String? {
        var reader = JSONReader()
        var seen: UInt64 = 0
        do throws(JSONError) {
            guard try reader.next(in: data) == .objectStart else {
                return "publication_members: the data is not a JSON object"
            }
            var rule: Int?
            while let token = try reader.next(in: data) {
                if case .name(let name) = token {
                    if reader.depth == 1 { rule = members.firstIndex { name.equals($0.name, in: data) } }
                    continue
                }
                guard let index = rule else { continue }
                rule = nil
                if let problem = members[index].problem(token, data) {
                    return "publication_members: \(members[index].name): \(problem) at byte \(reader.offset)"
                }
                seen |= 1 << UInt64(index)
            }
        } catch {
            return "publication_members: the data is not JSON: \(error)"
        }
        for (index, rule) in members.enumerated() where rule.isRequired && seen >> UInt64(index) & 1 == 0 {
            return "publication_members: \(rule.name): it is missing"
        }
        return nil
    }
}

extension PayloadRules.MemberRule {
    /// `token` begins the member's value.
    fileprivate func problem(_ token: JSONToken, _ data: Span<UInt8>) -> String? {
        let found: PayloadRules.Kind?
        switch token {
        case .string(let string):
            if let lengthMax, string.scalarCount(in: data) > lengthMax {
                return "more than \(lengthMax) characters (max_length)"
            }
            found = .string
        case .number(let number):
            found = kind == .integer && PayloadRules.isInteger(data.extracting(number.location)) ? .integer : .number
        case .boolean: found = .boolean
        case .objectStart: found = .object
        case .arrayStart: found = .array
        case .null: found = nil
        case .name, .objectEnd, .arrayEnd: return nil
        }
        guard kind != .any, kind != found else { return nil }
        return "\(found.map { "type \($0.rawValue)" } ?? "null") instead of \(kind.rawValue)"
    }
}

extension PayloadRules {
    fileprivate static func isInteger(_ digits: Span<UInt8>) -> Bool {
        for offset in digits.indices {
            switch digits[offset] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): continue
            default: return false
            }
        }
        return true
    }
}
