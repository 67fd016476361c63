// Bytes as people read them, and commands as the wire wants them (protocol-spec, Sending commands to a Redis server).

enum WireText {
    /// What is shown of long bytes: so many of their beginning and half as many of their end.
    static let shownBytesMax = 400

    /// An array of bulk strings.
    static func command(_ words: [[UInt8]]) -> [UInt8] {
        var bytes = Array("*\(words.count)\r\n".utf8)
        for word in words {
            bytes += Array("$\(word.count)\r\n".utf8)
            bytes += word
            bytes += [0x0D, 0x0A]
        }
        return bytes
    }

    static func command(_ words: [String]) -> [UInt8] { command(words.map { Array($0.utf8) }) }

    /// As in a string of C: printable ASCII as it is, the rest escaped.
    static func escaped(_ bytes: some Collection<UInt8>) -> String {
        guard bytes.count > shownBytesMax else { return "\"\(plain(bytes))\"" }
        let head = bytes.prefix(shownBytesMax - shownBytesMax / 2)
        let tail = bytes.dropFirst(bytes.count - shownBytesMax / 2)
        return "\"\(plain(head))\" … \(bytes.count - shownBytesMax) bytes … \"\(plain(tail))\""
    }

    private static func plain(_ bytes: some Sequence<UInt8>) -> String {
        var text = ""
        for byte in bytes {
            switch byte {
            case 0x0D: text += "\\r"
            case 0x0A: text += "\\n"
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += "\\" + String(UnicodeScalar(byte))
            case 0x20...0x7E: text += String(UnicodeScalar(byte))
            default: text += "\\x" + Hex.text([byte])
            }
        }
        return text
    }
}
