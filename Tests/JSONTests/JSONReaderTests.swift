import JSON
import TestSupport
import Testing

@Suite("RFC 8259 §2, token by token")
struct JSONReaderTests {
    @Test("tokens come in the order of the text, with their places")
    func tokens() throws {
        let text = Array(#" {"a": [1, "x\n", true], "": null} "#.utf8)
        var reader = JSONReader()
        var tokens: [JSONToken] = []
        while let token = try reader.next(in: text.span) { tokens.append(token) }
        try #require(tokens.count == 10)
        #expect(tokens[0] == .objectStart && tokens[2] == .arrayStart && tokens[6] == .arrayEnd)
        #expect(tokens[5] == .boolean(true) && tokens[8] == .null && tokens[9] == .objectEnd)
        guard case .name(let name) = tokens[1], case .number(let number) = tokens[3],
            case .string(let string) = tokens[4]
        else {
            Issue.record("other tokens: \(tokens)")
            return
        }
        #expect(name.location == 3..<4 && !name.hasEscapes && name.equals("a", in: text.span))
        #expect(!name.equals("b", in: text.span) && !name.equals("ab", in: text.span))
        #expect(number.location == 8..<9 && number.integer(in: text.span) == 1)
        #expect(string.location == 12..<15 && string.hasEscapes && string.equals("x\n", in: text.span))
        #expect(string.text(in: text.span) == "x\n" && !string.equals("x\\n", in: text.span))
        #expect(reader.offset == text.count)
        #expect(try reader.next(in: text.span) == nil, "the end stays the end")
    }

    @Test("an error tells the rule, the byte and what should stand there")
    func errors() {
        let cases: [(String, JSONError.Rule, Int)] = [
            ("", .unexpectedEnd(expected: .value), 0),
            ("x", .unexpectedByte(0x78, expected: .value), 0),
            ("[", .unexpectedEnd(expected: .valueOrArrayEnd), 1),
            ("[}", .unexpectedByte(0x7D, expected: .valueOrArrayEnd), 1),
            ("[1", .unexpectedEnd(expected: .commaOrArrayEnd), 2),
            ("[1}", .unexpectedByte(0x7D, expected: .commaOrArrayEnd), 2),
            ("[1,]", .unexpectedByte(0x5D, expected: .value), 3),
            ("{", .unexpectedEnd(expected: .nameOrObjectEnd), 1),
            ("{1", .unexpectedByte(0x31, expected: .nameOrObjectEnd), 1),
            (#"{"a" 1"#, .unexpectedByte(0x31, expected: .colon), 5),
            (#"{"a":1]"#, .unexpectedByte(0x5D, expected: .commaOrObjectEnd), 6),
            (#"{"a":1,}"#, .unexpectedByte(0x7D, expected: .name), 7),
            ("trux", .unexpectedByte(0x78, expected: .literal), 3),
            ("-x", .unexpectedByte(0x78, expected: .digit), 1),
            ("-012", .leadingZero, 1),
            ("\"ab", .unexpectedEnd(expected: .stringEnd), 3),
            ("[1] 2", .unexpectedByte(0x32, expected: .end), 4),
            ("[\"a\u{1}\"]", .controlCharacter(1), 3),
            (#"["\x"]"#, .invalidEscape, 3),
            (#"["\u12z4"]"#, .invalidEscape, 6),
            (#"["a\ud800b"]"#, .loneSurrogate, 3),
            ("\u{FEFF}1", .byteOrderMark, 0),
        ]
        for (text, rule, offset) in cases {
            #expect(read(Array(text.utf8)) == .failure(JSONError(rule, at: offset)), "\(text)")
        }
        #expect(read([0x5B, 0x22, 0x61, 0xFF, 0x22]) == .failure(JSONError(.invalidUTF8, at: 3)))
        #expect(
            read(Array(#"{"a":1,"a":2}"#.utf8), duplicateNames: .refused) == .failure(JSONError(.duplicateName, at: 7)))
    }

    @Test("H10 a million brackets are refused at the limit of depth, not at their end")
    func brackets() {
        let brackets = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
        #expect(read(brackets) == .failure(JSONError(.tooDeep(limit: 32), at: 32)))
        let objects = Array(String(repeating: #"{"a":"#, count: 200_000).utf8)
        #expect(read(objects) == .failure(JSONError(.tooDeep(limit: 32), at: 32 * 5)))
    }

    @Test("H10 however large the limit of depth is set, 64 levels are the most")
    func ceiling() {
        let limits = JSONLimits(depthMax: .max)
        let brackets = [UInt8](repeating: UInt8(ascii: "["), count: 100)
        #expect(read(brackets, limits: limits) == .failure(JSONError(.tooDeep(limit: 64), at: 64)))
    }

    @Test("H10 values are counted on all levels together")
    func values() {
        let empties = Array("[[],[],{},{\"a\":[]}]".utf8)
        #expect(
            read(empties, limits: JSONLimits(valueCountMax: 5)) == .failure(JSONError(.tooManyValues(limit: 5), at: 15))
        )
        guard case .success = read(empties, limits: JSONLimits(valueCountMax: 6)) else {
            Issue.record("six values are allowed")
            return
        }
    }

    @Test("a value is skipped whole and its bytes are told, so that it can be passed on as it came")
    func skipping() throws {
        let payload = #"{ "x": [1, {"]": "\"}"}] , "y": 1.50 }"#
        for value in [payload, "[]", "{}", "\"a\\\"b\"", "-1.5e3", "true", "false", "null"] {
            let text = Array(#"{"data": \#(value) , "id" : 7}"#.utf8)
            var reader = JSONReader()
            _ = try reader.next(in: text.span)
            _ = try reader.next(in: text.span)
            let location = try reader.skipValue(in: text.span)
            #expect(String(decoding: text[location], as: UTF8.self) == value)
            guard case .name(let name)? = try reader.next(in: text.span) else {
                Issue.record("the next name should follow")
                continue
            }
            let isNext = name.equals("id", in: text.span)
            #expect(isNext)
        }
    }

    @Test("where no value comes, none is skipped")
    func nothingToSkip() throws {
        for (text, steps, offset) in [("[]", 1, 1), (#"{"a":1}"#, 1, 1), ("1", 1, 1), ("[1]", 2, 2)] {
            let bytes = Array(text.utf8)
            var reader = JSONReader()
            for _ in 0..<steps { _ = try reader.next(in: bytes.span) }
            do throws(JSONError) {
                let location = try reader.skipValue(in: bytes.span)
                Issue.record("\(location) of \(text) is no value")
            } catch {
                #expect(error.offset == offset)
            }
        }
    }
}
