import JSON
import TestSupport
import Testing

@Suite("RFC 8259 §6 and trees")
struct JSONValueTests {
    @Test(
        "an integer is exact or nil, never rounded",
        arguments: [
            ("0", 0, 0), ("-0", 0, 0), ("7", 7, 7), ("-1", -1, nil),
            ("9007199254740993", 9_007_199_254_740_993, 9_007_199_254_740_993),
            ("9223372036854775807", .max, 9_223_372_036_854_775_807), ("-9223372036854775808", .min, nil),
            ("9223372036854775808", nil, 9_223_372_036_854_775_808), ("-9223372036854775809", nil, nil),
            ("18446744073709551615", nil, .max), ("18446744073709551616", nil, nil),
            ("18446744073709551620", nil, nil), ("99999999999999999999999", nil, nil), ("1.0", nil, nil),
            ("1e3", nil, nil), ("-0.0", nil, nil),
        ] as [(String, Int64?, UInt64?)])
    func integers(text: String, signed: Int64?, unsigned: UInt64?) throws {
        let bytes = Array(text.utf8)
        #expect(JSONValue.number(bytes).integer == signed)
        var reader = JSONReader()
        guard case .number(let number)? = try reader.next(in: bytes.span) else {
            Issue.record("not a number")
            return
        }
        #expect(number.unsignedInteger(in: bytes.span) == unsigned)
    }

    @Test("a double is the nearest one, and none where none is")
    func doubles() {
        #expect(JSONValue.number(Array("1.5e3".utf8)).double == 1500)
        #expect(JSONValue.number(Array("-0.1".utf8)).double == -0.1)
        #expect(JSONValue.number(Array("1e400".utf8)).double == nil)
        #expect(JSONValue.null.double == nil && JSONValue.string(Array("1".utf8)).integer == nil)
    }

    @Test("a member is found by the bytes of its name; the last counts where a name repeats")
    func members() throws {
        let text = Array("{\"e\u{301}\": 1, \"a\": \"x\", \"a\": \"y\"}".utf8)
        let value = try JSONValue(text.span, duplicateNames: .kept)
        #expect(value["a"]?.text == "y" && value["e\u{301}"]?.integer == 1)
        #expect(value["\u{E9}"] == nil, "it only looks alike")
        #expect(JSONValue.null["a"] == nil && value.text == nil)
    }
}
