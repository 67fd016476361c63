// What foreign text becomes before it stands in the page. Expected texts are written out by hand from the standards named.
import ReportPage
import Testing

@Suite("Escaping for HTML")
struct PageEscapeTests {
    @Test(
        "no text of the data can end or confuse the script element (HTML §13.2.5.4)",
        arguments: [
            (#"["</script>"]"#, #"["\u003c/script>"]"#),
            (#"["<!--<script>"]"#, #"["\u003c!--\u003cscript>"]"#),
            (#"["]]>&amp;"]"#, #"["]]>&amp;"]"#),
            ("[\"a\u{2028}b\u{2029}c\"]", #"["a\u2028b\u2029c"]"#),
            // Neighbours of the two line ends, and a text that breaks off inside of one.
            ("[\"\u{2027}\u{202A}\u{2018}€\"]", "[\"\u{2027}\u{202A}\u{2018}€\"]"),
        ])
    func data(json: String, escaped: String) {
        #expect(String(decoding: PageEscape.dataBlock(Array(json.utf8)), as: UTF8.self) == escaped)
    }

    @Test("bytes that break off inside a character stay as they are")
    func cut() {
        for cut in [[0xE2], [0xE2, 0x80], [0x3C, 0xE2, 0x80]] as [[UInt8]] {
            let expected = cut[0] == 0x3C ? Array("\\u003c".utf8) + [0xE2, 0x80] : cut
            #expect(PageEscape.dataBlock(cut) == expected)
        }
    }

    @Test("plain text stands in elements and attributes as itself")
    func text() {
        let escaped = String(decoding: PageEscape.text("</title><b a='1' c=\"2\">&\0é"), as: UTF8.self)
        #expect(escaped == "&lt;/title&gt;&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;\u{FFFD}é")
    }
}
