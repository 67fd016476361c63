// JSON: tokens and tree agree; what is accepted is UTF-8 inside the limits and means the same when it is written again, passed on
// whole or on one line; an error stands at the first byte that cannot be.
//
// Options: 1 a depth of 3, 2 eight values, 4 a depth of 64, 8 the bytes are a string to be written.

import JSON

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSON(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard let input = FuzzCase(start, count) else { return -1 }
    var limits = JSONLimits()
    if input.has(1) { limits.depthMax = 3 }
    if input.has(2) { limits.valueCountMax = 8 }
    if input.has(4) { limits.depthMax = 64 }
    if input.has(8) {
        checkString(input.bytes, limits)
        return 0
    }
    let text = input.bytes
    let tokens = JSONTokens(text, limits)
    let tree: JSONValue
    do throws(JSONError) {
        tree = try JSONValue(text.span, limits: limits, duplicateNames: .kept)
    } catch {
        demand(tokens.error == error, "tree: \(error), tokens: \(tokens.error?.description ?? "fine")")
        checkPlace(of: error, in: text, limits)
        return 0
    }
    demand(tokens.error == nil, "the tree is fine, tokens: \(tokens.error?.description ?? "")")
    demand((try? UTF8Span(validating: text.span)) != nil, "accepted text is UTF-8")
    checkForms(tree, text, limits, hasEscapes: tokens.hasEscapes)
    checkDuplicates(tree, text, limits)
    checkMembers(tree, limits)
    return 0
}

/// Any bytes are written as a string; what is not UTF-8 in them is replaced.
private func checkString(_ bytes: [UInt8], _ limits: JSONLimits) {
    var writer = JSONWriter()
    writer.string(utf8: bytes.span)
    let text = String(decoding: bytes, as: UTF8.self)
    let again = try? JSONValue(writer.bytes.span, limits: limits)
    demand(again == .string(Array(text.utf8)) && again?.text == text, "a string is read as it was written")
}

/// Reads token by token and checks each.
private struct JSONTokens {
    var error: JSONError?
    var hasEscapes = false

    init(_ text: [UInt8], _ limits: JSONLimits) {
        var reader = JSONReader(limits: limits)
        var open = 0
        var values = 0
        var before = 0
        do throws(JSONError) {
            while let token = try reader.next(in: text.span) {
                demand(reader.offset > before && reader.offset <= text.count, "each token takes bytes of the text")
                before = reader.offset
                switch token {
                case .objectStart, .arrayStart:
                    open += 1
                    values += 1
                case .objectEnd, .arrayEnd: open -= 1
                case .name(let string): check(string, text)
                case .string(let string):
                    check(string, text)
                    values += 1
                case .number(let number):
                    JSONTokens.check(number, text)
                    values += 1
                case .boolean, .null: values += 1
                }
                demand(reader.depth == open && open <= limits.depthMax, "depth \(open) of \(limits.depthMax)")
                demand(values <= limits.valueCountMax, "\(values) values of \(limits.valueCountMax)")
            }
        } catch {
            self.error = error
        }
    }

    private mutating func check(_ string: JSONString, _ text: [UInt8]) {
        let raw = text[string.location]
        hasEscapes = hasEscapes || string.hasEscapes
        demand(string.hasEscapes == raw.contains(UInt8(ascii: "\\")), "escapes are seen")
        demand(raw.allSatisfy { $0 >= 0x20 }, "no control character in a string")
        let bytes = string.bytes(in: text.span)
        demand(bytes.count <= raw.count, "escapes only get shorter")
        demand((try? UTF8Span(validating: bytes.span)) != nil, "a string is UTF-8")
        demand(string.equals(string.text(in: text.span), in: text.span), "a string equals itself")
        demand(string.equals("name", in: text.span) == bytes.elementsEqual("name".utf8), "and no other")
    }

    /// RFC 8259 §6, written another way than in the scanner.
    private static func check(_ number: JSONNumber, _ text: [UInt8]) {
        var digits = text[number.location]
        if digits.first == UInt8(ascii: "-") { digits.removeFirst() }
        let whole = digits.prefix { $0 >= 0x30 && $0 <= 0x39 }
        demand(!whole.isEmpty && (whole.count == 1 || whole.first != 0x30), "an integer part without leading zeros")
        let isInteger = whole.count == digits.count
        let signed = number.integer(in: text.span)
        if let signed {
            demand("\(signed)".utf8.elementsEqual(text[number.location]) || signed == 0, "exactly \(signed)")
        }
        demand(isInteger || signed == nil, "a fraction is no integer")
        if isInteger && whole.count <= 18 { demand(signed != nil, "18 digits fit") }
        if let unsigned = number.unsignedInteger(in: text.span) {
            demand("\(unsigned)".utf8.elementsEqual(digits), "exactly \(unsigned)")
        }
    }
}

private func checkForms(_ tree: JSONValue, _ text: [UInt8], _ limits: JSONLimits, hasEscapes: Bool) {
    var writer = JSONWriter()
    writer.value(tree)
    let again = try? JSONValue(writer.bytes.span, limits: limits, duplicateNames: .kept)
    demand(again == tree, "what is written means the same")
    var reader = JSONReader(limits: limits)
    guard let place = try? reader.skipValue(in: text.span) else { fatalError("PROPERTY BROKEN: the value is skipped") }
    var line = JSONWriter()
    line.compact(text.span.extracting(place))
    demand(hasEscapes || line.bytes == writer.bytes, "without white space it is what we write")
    let compact = try? JSONValue(line.bytes.span, limits: limits, duplicateNames: .kept)
    demand(compact == tree, "without white space it means the same")
}

private func checkDuplicates(_ tree: JSONValue, _ text: [UInt8], _ limits: JSONLimits) {
    let isRefused: Bool
    do throws(JSONError) {
        let strict = try JSONValue(text.span, limits: limits, duplicateNames: .refused)
        demand(strict == tree, "the same tree")
        isRefused = false
    } catch {
        demand(error.rule == .duplicateName, "only names can be wrong: \(error)")
        isRefused = true
    }
    demand(isRefused == hasDuplicates(tree), "duplicate names are refused, others not")
}

private func hasDuplicates(_ value: JSONValue) -> Bool {
    switch value {
    case .null, .boolean, .number, .string: return false
    case .array(let elements): return elements.contains(where: hasDuplicates)
    case .object(let members):
        for (index, member) in members.enumerated() {
            if members[..<index].contains(where: { $0.name == member.name }) || hasDuplicates(member.value) {
                return true
            }
        }
        return false
    }
}

/// An unexpected byte is the first one that cannot be: the text before it is the beginning of something, or whole.
private func checkPlace(of error: JSONError, in text: [UInt8], _ limits: JSONLimits) {
    demand(error.offset <= text.count, "\(error) is inside the text")
    switch error.rule {
    case .unexpectedEnd: demand(error.offset == text.count, "the end is the end: \(error)")
    case .unexpectedByte, .controlCharacter, .invalidEscape:
        do throws(JSONError) {
            _ = try JSONValue(text.span.extracting(0..<error.offset), limits: limits, duplicateNames: .kept)
        } catch let before {
            guard case .unexpectedEnd = before.rule else {
                fatalError("PROPERTY BROKEN: \(error), but before it \(before)")
            }
        }
    case .byteOrderMark, .invalidUTF8, .loneSurrogate, .leadingZero, .tooDeep, .tooManyValues, .duplicateName: return
    }
}

/// What is read out of a tree, member by member, and written so, is the same.
private func checkMembers(_ tree: JSONValue, _ limits: JSONLimits) {
    guard case .object(let members) = tree else {
        demand(tree["name"] == nil, "only objects have members")
        checkScalar(tree)
        return
    }
    var writer = JSONWriter()
    var expected: [JSONMember] = []
    writer.beginObject()
    for member in members {
        let name = String(decoding: member.name, as: UTF8.self)
        demand(tree[name] == members.last { $0.name == member.name }?.value, "the last of a name")
        checkScalar(member.value)
        if let text = member.value.text {
            writer.member(name, text)
            expected.append(member)
        } else if let integer = member.value.integer {
            writer.member(name, Int(integer))
            expected.append(JSONMember(name: member.name, value: .number(Array("\(integer)".utf8))))
        } else if case .boolean(let isTrue) = member.value {
            writer.member(name, isTrue)
            expected.append(member)
        }
    }
    writer.endObject()
    let again = try? JSONValue(writer.bytes.span, limits: limits, duplicateNames: .kept)
    demand(again == .object(expected), "the same members")
}

private func checkScalar(_ value: JSONValue) {
    guard case .number(let digits) = value else {
        demand(value.double == nil && value.integer == nil, "only numbers are numbers")
        return
    }
    let nearest = Double(String(decoding: digits, as: UTF8.self)).flatMap { $0.isFinite ? $0 : nil }
    demand(value.double == nearest && value.text == nil, "the nearest double")
    if let integer = value.integer { demand(nearest == Double(integer), "the integer is the number") }
    guard let integer = value.integer, let unsigned = UInt64(exactly: integer) else { return }
    var writer = JSONWriter()
    writer.unsignedInteger(unsigned)
    demand(writer.bytes == digits || unsigned == 0, "written as it was read")
}
