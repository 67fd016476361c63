// The conformance tool's own reader of RESP, against the cases of Fixtures: what judges others must itself be judged.
import TestSupport
import Testing

@testable import Bench

@Suite("the conformance tool's reader of RESP")
struct WireReaderTests {
    static let cases = Fixture.load("resp/values.jsonl").filter {
        // Limits are the decoder's own; the reader has none of these.
        $0.json["limits"] == nil && ($0.bytes("wire")?.count ?? .max) < 100_000
    }

    /// Spellings that the room RESP takes because of old servers; the specification has only nan, inf and -inf.
    private static let oldSpellings: Set<String> = [
        "accept-minus-nan", "accept-nan-with-payload", "accept-minus-nan-with-payload", "accept-inf-plus",
        "accept--NaN", "accept-nan()", "accept-nan(snan)", "accept--nan(0x8000000000000)",
    ]

    /// Reads value after value; nil when the bytes are no RESP, and how many bytes are left.
    private func readAll(_ bytes: [UInt8]) -> (count: Int, rest: Int)? {
        var (count, start) = (0, 0)
        while start < bytes.count {
            switch WireReader.read(bytes, from: start) {
            case .item(let item): (count, start) = (count + 1, item.range.upperBound)
            case .incomplete: return (count, bytes.count - start)
            case .malformed: return nil
            }
        }
        return (count, 0)
    }

    @Test(
        "what must be taken is read to its last byte, and each beginning of it asks for more",
        arguments: cases.filter { $0.id.hasPrefix("accept-") })
    func accepts(fixture: Fixture) throws {
        let bytes = try #require(fixture.bytes("wire"))
        let read = readAll(bytes)
        if WireReaderTests.oldSpellings.contains(fixture.id) {
            #expect(read == nil)
            return
        }
        let expected = (fixture.json["expect"] as? [Any])?.count ?? 1
        #expect(read?.count == expected)
        #expect(read?.rest == 0)
        for end in 0..<bytes.count {
            let part = readAll(Array(bytes[..<end]))
            #expect(part != nil && (part?.count ?? 0) <= expected, "\(end) of \(bytes.count) bytes")
        }
    }

    @Test("what must be refused is refused", arguments: cases.filter { $0.id.hasPrefix("reject-") })
    func rejects(fixture: Fixture) throws {
        #expect(readAll(try #require(fixture.bytes("wire"))) == nil)
    }
}

@Suite("whether a reply is the value that a case wants")
struct WireValueTests {
    private func stands(_ came: String, in wanted: String, numbersAsText: Bool = false) -> Bool {
        let bytes = Array(came.utf8)
        guard case .item(let item) = WireReader.read(bytes, from: 0) else { return false }
        return item.value.stands(in: Array(wanted.utf8), as: bytes, numbersAsText: numbersAsText)
    }

    @Test(
        "a number may be written in any way that its type has",
        arguments: [
            (",10\r\n", ",1e1\r\n"), (",-0.5\r\n", ",-0.50\r\n"), (":+7\r\n", ":7\r\n"), ("(+12\r\n", "(12\r\n"),
            ("*1\r\n,1.0\r\n", "*1\r\n,1\r\n"), ("%1\r\n+a\r\n,1.0\r\n", "%1\r\n+a\r\n,1\r\n"),
        ])
    func spelled(came: String, wanted: String) { #expect(stands(came, in: wanted)) }

    @Test("a double of RESP2 is a string that may be written in any way")
    func text() {
        #expect(stands("$4\r\n1.50\r\n", in: "$3\r\n1.5\r\n", numbersAsText: true))
        #expect(!stands("$4\r\n1.50\r\n", in: "$3\r\n1.5\r\n"))
        #expect(!stands("$3\r\n1.6\r\n", in: "$3\r\n1.5\r\n", numbersAsText: true))
        #expect(!stands("$1\r\nx\r\n", in: "$1\r\ny\r\n", numbersAsText: true))
    }

    @Test(
        "another type, another value or another form of null is another reply",
        arguments: [
            ("$-1\r\n", "_\r\n"), ("*-1\r\n", "$-1\r\n"), ("+1\r\n", ":1\r\n"), (",1\r\n", ":1\r\n"),
            ("$2\r\nOK\r\n", "+OK\r\n"), ("*0\r\n", "~0\r\n"), ("*1\r\n:1\r\n", "*1\r\n:2\r\n"),
            ("*1\r\n:1\r\n", "*2\r\n:1\r\n:1\r\n"), (",1\r\n", ",1.5\r\n"), (">1\r\n:1\r\n", "*1\r\n:1\r\n"),
        ])
    func another(came: String, wanted: String) { #expect(!stands(came, in: wanted)) }
}

@Suite("errors by which a server refuses to serve")
struct RefusalTests {
    private func reason(_ error: String, _ said: String) -> String? {
        Refusal.of(Array(error.utf8), to: Array(said.utf8))
    }

    @Test("a command that was said and is unknown is refused; one that was not said was misread")
    func unknown() {
        #expect(reason("ERR unknown command 'MULTI', with args", "*1\r\n$5\r\nmulti\r\n") != nil)
        #expect(reason("ERR unknown command `MULTI`", "MULTI\r\n") != nil)
        #expect(reason("ERR unknown command 'ULTI'", "*1\r\n$5\r\nMULTI\r\n") == nil)
        #expect(reason("ERR unknown command", "x") != nil)
    }

    @Test("rights, states and switches are refusals; errors about the command are not")
    func others() {
        #expect(reason("NOPERM this user has no permissions", "") != nil)
        #expect(
            reason("ERR DEBUG command not allowed. If the option is set to \"local\", you can run it", "DEBUG") != nil)
        #expect(reason("LOADING Redis is loading the dataset in memory", "") != nil)
        #expect(reason("ERR wrong number of arguments for 'get' command", "get") == nil)
        #expect(reason("WRONGTYPE Operation against a key", "") == nil)
        #expect(reason("WRONGPASS invalid username-password pair", "") == nil)
    }
}

@Suite("what a client shows")
struct ShownValueTests {
    private func shown(_ line: String) throws -> WireValue {
        guard case .value(let value)? = ShownLine(Array(line.utf8)) else { throw KitError("no value: \(line)") }
        return value
    }

    @Test(
        "what the specification lets a client lose is not held against it",
        arguments: [
            (WireValue.simple(Array("OK".utf8)), #"{"value": {"t": "bulk", "v": "OK"}}"#),
            (.error(Array("ERR no".utf8)), #"{"value": {"t": "error", "v": "no"}}"#),
            (.bigNumber(Array("12".utf8)), #"{"value": {"t": "int", "v": "12"}}"#),
            (.boolean(true), #"{"value": {"t": "int", "v": "1"}}"#),
            (.double(Array("1.50".utf8)), #"{"value": {"t": "double", "v": "1.5"}}"#),
            (.double(Array("nan".utf8)), #"{"value": {"t": "double", "v": "nan"}}"#),
            (
                .set([.integer(1), .integer(2)]),
                #"{"value": {"t": "array", "v": [{"t": "int", "v": "2"}, {"t": "int", "v": "1"}]}}"#
            ),
            (.nullArray, #"{"value": {"t": "null"}}"#),
            (.bulk([0xFF]), #"{"value": {"t": "bulk", "v": {"hex": "ff"}}}"#),
        ])
    func isShown(value: WireValue, line: String) throws { #expect(value.isShown(by: try shown(line))) }

    @Test(
        "another value is",
        arguments: [
            (WireValue.simple(Array("OK".utf8)), #"{"value": {"t": "error", "v": "OK"}}"#),
            (.bulk([]), #"{"value": {"t": "null"}}"#),
            (.integer(1), #"{"value": {"t": "int", "v": "-1"}}"#),
            (.boolean(true), #"{"value": {"t": "bool", "v": false}}"#),
            (
                .array([.integer(1), .integer(2)]),
                #"{"value": {"t": "array", "v": [{"t": "int", "v": "2"}, {"t": "int", "v": "1"}]}}"#
            ),
            (
                .set([.integer(1), .integer(1)]),
                #"{"value": {"t": "set", "v": [{"t": "int", "v": "1"}, {"t": "int", "v": "2"}]}}"#
            ),
            (.error(Array("ERR no".utf8)), #"{"value": {"t": "error", "v": ""}}"#),
        ])
    func isAnother(value: WireValue, line: String) throws { #expect(!value.isShown(by: try shown(line))) }

    @Test(
        "lines that are not the contract's are told apart",
        arguments: ["", "OK", "{}", #"{"value": 1}"#, #"{"value": {"t": "bulk"}}"#])
    func noLine(text: String) { #expect(ShownLine(Array(text.utf8)) == nil) }
}
