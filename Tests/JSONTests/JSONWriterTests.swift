import JSON
import TestSupport
import Testing

@Suite("RFC 8259 §7, writing")
struct JSONWriterTests {
    private func text(_ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        body(&writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test("commas and colons stand where they belong, white space nowhere")
    func structure() {
        let written = text {
            $0.beginObject()
            $0.name("a")
            $0.beginArray()
            $0.integer(-1)
            $0.unsignedInteger(.max)
            $0.beginObject()
            $0.endObject()
            $0.beginArray()
            $0.endArray()
            $0.endArray()
            $0.name("b")
            $0.boolean(true)
            $0.name(utf8: Array("c".utf8).span)
            $0.boolean(false)
            $0.name("d")
            $0.null()
            $0.endObject()
        }
        #expect(written == #"{"a":[-1,18446744073709551615,{},[]],"b":true,"c":false,"d":null}"#)
    }

    @Test("a member is a name and its value")
    func members() {
        let written = text {
            $0.beginObject()
            $0.member("a", 1)
            $0.member("b\n", "\"")
            $0.member("c", false)
            $0.endObject()
        }
        #expect(written == #"{"a":1,"b\n":"\"","c":false}"#)
    }

    // Python 3.11.7: json.dumps(''.join(map(chr, range(0x20))) + '"\\/\x7fé\u2028😀', ensure_ascii=False)
    @Test("escaped is what must be, in its short form, as Python does")
    func escapes() {
        let controls = String(String.UnicodeScalarView((0..<0x20).compactMap { Unicode.Scalar($0) }))
        let expected =
            #""\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f\u0010\u0011\u0012\u0013\u0014"#
            + #"\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f\"\\/"# + "\u{7F}é\u{2028}😀\""
        #expect(text { $0.string(controls + "\"\\/\u{7F}é\u{2028}😀") } == expected)
    }

    @Test("bytes that are not UTF-8 are replaced, so that the text stays JSON")
    func invalid() {
        var writer = JSONWriter()
        writer.beginArray()
        writer.string(utf8: [0x61, 0xFF, 0x22].span)
        writer.string(utf8: [0x61, 0x22].span)
        writer.endArray()
        #expect(writer.bytes == Array("[\"a\u{FFFD}\\\"\",\"a\\\"\"]".utf8))
    }

    @Test("a value is passed on as it came, or on one line")
    func raw() {
        let value = Array("[ 1.50 ,\r\n {\"a b\" : \"c\\\" \t\"} ]".utf8)
        let written = text {
            $0.beginArray()
            $0.raw(value.span)
            $0.compact(value.span)
            $0.compact(Array("7 ".utf8).span)
            $0.endArray()
        }
        #expect(written == "[" + String(decoding: value, as: UTF8.self) + #",[1.50,{"a b":"c\" \#t"}],7]"#)
    }

    @Test("it writes behind what the array already holds")
    func appending() {
        var writer = JSONWriter(appendingTo: Array("x".utf8))
        writer.string("y")
        #expect(writer.bytes == Array(#"x"y""#.utf8))
    }
}
