// What a namespace asks of the data, and what the configuration file says of it.
import Testing

@testable import Server

@Suite("What may be published")
struct PayloadRulesTests {
    private func options(_ file: String) throws -> NamespaceOptions {
        let read = ConfigurationFile(Array(#"{"without_namespace": {\#(file)}}"#.utf8), path: "a.json")
        try #require(read.problems.isEmpty, "\(read.problems)")
        return read.channels.withoutNamespace
    }

    private func problem(_ options: NamespaceOptions, _ data: String, isJSON: Bool = false) -> String? {
        options.payloadProblem(Array(data.utf8), isJSON: isJSON)
    }

    @Test("each format takes what it names, and only binary takes nothing at all")
    func formats() throws {
        let notText: [UInt8] = [0x22, 0xC3, 0x28, 0x22]
        // By format: "", {"a":1}, [1], plain, bytes that are no UTF-8.
        let wanted: [(String, [Bool])] = [
            ("", [false, true, true, true, true]), ("text", [false, true, true, true, false]),
            ("json", [false, true, true, false, false]), ("json_object", [false, true, false, false, false]),
            ("binary", [true, true, true, true, true]),
        ]
        for (format, verdicts) in wanted {
            let options = try options(#""publication_data_format": "\#(format)""#)
            let data: [[UInt8]] = [[], Array(#"{"a":1}"#.utf8), Array("[1]".utf8), Array("plain".utf8), notText]
            for (bytes, isTaken) in zip(data, verdicts) {
                let problem = options.payloadProblem(bytes)
                #expect((problem == nil) == isTaken, "\(format) \(bytes)")
                if let problem { #expect(problem.hasPrefix("publication_data_format: "), "\(problem)") }
            }
        }
        #expect(NamespaceOptions().payloadProblem([]) != nil && NamespaceOptions().payloadProblem([0xFF]) == nil)
    }

    @Test("the broken rule is told with the byte where it was broken, and nothing of the data")
    func places() throws {
        let json = try options(#""publication_data_format": "json""#)
        #expect(
            problem(json, #"{"secret": 01}"#)
                == "publication_data_format: the data is not JSON: a number with a leading zero at byte 11")
        #expect(problem(json, "{} {}")?.hasSuffix("at byte 3") == true)
        let text = try options(#""publication_data_format": "text""#)
        #expect(
            text.payloadProblem([0x61, 0xFF]) == "publication_data_format: the data is not UTF-8 at byte 1")
    }

    @Test("what is known to be JSON is not read again, but an object it must still be")
    func known() throws {
        let json = try options(#""publication_data_format": "json""#)
        #expect(problem(json, "no json", isJSON: true) == nil, "the caller says that it has read it")
        let object = try options(#""publication_data_format": "json_object""#)
        #expect(problem(object, " {}", isJSON: true) == nil)
        #expect(problem(object, "[]", isJSON: true) == "publication_data_format: the data is not a JSON object")
        let members = try options(#""publication_members": {"a": {"required": true}}"#)
        #expect(problem(members, "{}", isJSON: true) != nil)
    }

    @Test("P15 data of the limit is taken, of one byte more it is refused")
    func size() throws {
        for (written, count) in [("5", 5), (#""1KiB""#, 1_024)] {
            let options = try options(#""publication_max_bytes": \#(written)"#)
            #expect(options.payloadProblem([UInt8](repeating: 0x61, count: count)) == nil)
            #expect(
                options.payloadProblem([UInt8](repeating: 0x61, count: count + 1))
                    == "publication_max_bytes: the data has \(count + 1) bytes, at most \(count) are allowed")
        }
    }

    private let message = #"""
        "publication_members": {
            "text": {"type": "string", "required": true, "max_length": 5}, "to": {"type": "integer"},
            "kind": {"required": true}, "more": {"type": "object"}, "list": {"type": "array"},
            "sum": {"type": "number"}, "is": {"type": "boolean"}
        }
        """#

    @Test("required members, their types and the lengths of strings are as the rules say")
    func members() throws {
        let options = try options(message)
        let taken = [
            #"{"text":"","kind":null}"#, #"{"text":"abcde","kind":[{"text":5}],"other":{"to":"x"}}"#,
            #" { "kind" : 1 , "text" : "12345" , "to" : -0 , "more" : {} , "list" : [] , "sum" : 1.5 , "is" : false } "#,
            // Names are what they stand for, not how they are spelled (RFC 8259 §8.3).
            #"{"\u0074ext":"abc","kind":1}"#,
        ]
        for data in taken { #expect(problem(options, data) == nil, "\(data): \(problem(options, data) ?? "")") }
        let refused: [(String, String)] = [
            ("[]", "the data is not a JSON object"), ("5", "the data is not a JSON object"),
            ("{", "the data is not JSON: "),
            (#"{"text":"a","kind":1}x"#, "the data is not JSON"),
            ("{}", "text: it is missing"), (#"{"text":"a"}"#, "kind: it is missing"),
            (#"{"Text":"a","kind":1}"#, "text: it is missing"), (#"{"kind":{"text":"a"}}"#, "text: it is missing"),
            (#"{"text":"abcdef","kind":1}"#, "text: more than 5 characters (max_length) at byte 16"),
            (#"{"text":1,"kind":1}"#, "text: type number instead of string at byte 9"),
            (#"{"text":null,"kind":1}"#, "text: null instead of string at byte 12"),
            (#"{"text":["a"],"kind":1}"#, "text: type array instead of string"),
            (#"{"text":"a","kind":1,"to":1.0}"#, "to: type number instead of integer"),
            (#"{"text":"a","kind":1,"to":1e3}"#, "to: type number instead of integer"),
            (#"{"text":"a","kind":1,"to":"1"}"#, "to: type string instead of integer"),
            (#"{"text":"a","kind":1,"more":[]}"#, "more: type array instead of object"),
            (#"{"text":"a","kind":1,"list":{}}"#, "list: type object instead of array"),
            (#"{"text":"a","kind":1,"sum":true}"#, "sum: type boolean instead of number"),
            (#"{"text":"a","kind":1,"is":0}"#, "is: type number instead of boolean"),
        ]
        for (data, wanted) in refused {
            let found = problem(options, data)
            #expect(found?.hasPrefix("publication_members: " + wanted) == true, "\(data): \(found ?? "taken")")
        }
    }

    @Test("a member written twice must be right both times, whichever of the two a reader takes")
    func twice() throws {
        let options = try options(message)
        #expect(problem(options, #"{"text":"a","text":"abcdef","kind":1}"#) != nil)
        #expect(problem(options, #"{"text":"abcdef","text":"a","kind":1}"#) != nil)
        #expect(problem(options, #"{"text":"a","text":"b","kind":1}"#) == nil)
    }

    @Test("the length of a string is its characters, however they are spelled")
    func lengths() throws {
        let options = try options(#""publication_members": {"t": {"type": "string", "max_length": 4}}"#)
        // Four and five characters; Python says len() 4 and 5 of json.loads() of each.
        let four = [
            "abcd", "äöüß", "𝄞𝄞𝄞𝄞", #"\u00e4\n\\\""#, #"\ud834\udd1e\ud834\udd1e\ud834\udd1e\ud834\udd1e"#,
            "e\u{301}e\u{301}",
        ]
        for text in four {
            #expect(problem(options, #"{"t":"\#(text)"}"#) == nil, "\(text)")
            #expect(problem(options, #"{"t":"\#(text)x"}"#) != nil, "\(text)x")
            #expect(problem(options, #"{"t":"\ud834\udd1e\#(text)"}"#) != nil, "\(text) behind a pair")
        }
    }

    @Test("H10 X1 brackets without end and broken text are refused, never trusted")
    func hostile() throws {
        for file in [message, #""publication_data_format": "json""#] {
            let options = try options(file)
            #expect(options.payloadProblem([UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)) != nil)
            #expect(problem(options, String(repeating: #"{"kind":"#, count: 100_000)) != nil)
            let whole = Array(#"{"text":"a\u00e4","kind":{"b":[1,true]},"to":7}"#.utf8)
            #expect(options.payloadProblem(whole) == nil)
            for end in 1..<whole.count { #expect(options.payloadProblem(Array(whole[..<end])) != nil) }
        }
    }

    @Test("sixty-four members are possible, and the last one counts as the first")
    func many() throws {
        let names = (0..<PayloadRules.membersMax).map { "m\($0)" }
        let rules = names.map { #""\#($0)": {"required": true}"# }.joined(separator: ",")
        let options = try options(#""publication_members": {\#(rules)}"#)
        let all = names.map { #""\#($0)":1"# }
        #expect(problem(options, "{\(all.joined(separator: ","))}") == nil)
        #expect(
            problem(options, "{\(all.dropLast().joined(separator: ","))}") == "publication_members: m63: it is missing")
    }

    @Test(
        "a rule that is wrong is refused with what was expected",
        arguments: [
            (#""publication_members": []"#, "expected an object such as"),
            (#""publication_members": {"a": "string"}"#, "for a an object"),
            (#""publication_members": {"a": {"type": "text"}}"#, #"for a.type one of "any", "string""#),
            (#""publication_members": {"a": {"type": 5}}"#, "for a.type one of"),
            (#""publication_members": {"a": {"required": 1}}"#, "for a.required true or false"),
            (#""publication_members": {"a": {"type": "string", "max_length": "5"}}"#, "for a.max_length a number"),
            (
                #""publication_members": {"a": {"type": "string", "max_length": -1}}"#,
                "for a.max_length a whole number from 0"
            ),
            (#""publication_members": {"a": {"max_length": 5}}"#, "only strings have a length"),
            (#""publication_members": {"a": {"maxlength": 5}}"#, "type, required and max_length, not maxlength"),
            (#""publication_members": {"a": {}}, "publication_data_format": "text""#, "JSON objects"),
            (#""publication_members": {"a": {}}, "publication_data_format": "binary""#, "JSON objects"),
            (#""publication_max_bytes": "many""#, "bytes such as"), (#""publication_max_bytes": -1"#, "bytes such as"),
            (#""publication_data_format": "xml""#, #"one of "", "text""#),
        ])
    func wrong(_ file: String, _ wanted: String) {
        let read = ConfigurationFile(Array(#"{"without_namespace": {\#(file)}}"#.utf8), path: "a.json")
        #expect(read.problems.count == 1 && read.problems.first?.text.contains(wanted) == true, "\(read.problems)")
    }

    @Test("the rules are printed as they can be read again")
    func printed() throws {
        let options = try options(message + #", "publication_max_bytes": 7"#)
        for name in ["publication_members", "publication_max_bytes"] {
            let setting = try #require(NamespaceSetting.all.first { $0.name == name })
            let shown = setting.show(options)
            let again = try self.options(#""\#(name)": \#(shown)"#)
            #expect(setting.show(again) == shown && shown.utf8.count > 0)
        }
        #expect(try self.options(#""publication_members": {}"#) == NamespaceOptions())
    }
}
