// What keeps foreign text inside its element. HTML reads a script element up to `</script`, and up to a second `-->` when it has
// seen `<!--` (HTML §13.2.5.4); JSON has a spelling for every character, so none of them need stand there as itself.

package enum PageEscape {
    /// A JSON text for a data block. "<" stands only inside strings of JSON (RFC 8259 §2), so it can always be written as \u003c:
    /// no `</script`, `<!--` or `<script` is left. U+2028 and U+2029, which older scripts took for line ends, are escaped as well.
    package static func dataBlock(_ json: [UInt8]) -> [UInt8] {
        var escaped: [UInt8] = []
        escaped.reserveCapacity(json.count + json.count / 64)
        var index = 0
        while index < json.count {
            let byte = json[index]
            if byte == UInt8(ascii: "<") {
                escaped += Array("\\u003c".utf8)
            } else if byte == 0xE2, index + 2 < json.count, json[index + 1] == 0x80, json[index + 2] & 0xFE == 0xA8 {
                escaped += Array((json[index + 2] == 0xA8 ? "\\u2028" : "\\u2029").utf8)
                index += 2
            } else {
                escaped.append(byte)
            }
            index += 1
        }
        return escaped
    }

    /// Plain text for an element or a quoted attribute (HTML §13.1.1); a NUL, which HTML does not allow, becomes U+FFFD.
    package static func text(_ text: String) -> [UInt8] {
        var escaped: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): escaped += Array("&amp;".utf8)
            case UInt8(ascii: "<"): escaped += Array("&lt;".utf8)
            case UInt8(ascii: ">"): escaped += Array("&gt;".utf8)
            case UInt8(ascii: "\""): escaped += Array("&quot;".utf8)
            case UInt8(ascii: "'"): escaped += Array("&#39;".utf8)
            case 0: escaped += [0xEF, 0xBF, 0xBD]
            default: escaped.append(byte)
            }
        }
        return escaped
    }
}
