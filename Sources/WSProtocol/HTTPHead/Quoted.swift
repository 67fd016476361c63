// A peer's bytes inside one of our sentences: readable, short, and unable to end a line or paint a terminal.

/// Shows bytes of a peer in messages, logs and answers.
package enum Quoted {
    /// `bytes` between quotes, with everything but visible ASCII and space written as `\x0D`, cut after `limit` bytes.
    package static func text(_ bytes: some Sequence<UInt8>, limit: Int = 48) -> String {
        var text = "\""
        var count = 0
        for byte in bytes {
            guard count < limit else {
                text += "…"
                break
            }
            count += 1
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                text += "\\"
                text.unicodeScalars.append(Unicode.Scalar(byte))
            case 0x20...0x7E: text.unicodeScalars.append(Unicode.Scalar(byte))
            default: text += escaped(byte)
            }
        }
        return text + "\""
    }

    /// `text` as `text(_:limit:)` shows its UTF-8 bytes.
    package static func text(_ text: String, limit: Int = 48) -> String { Quoted.text(text.utf8, limit: limit) }

    /// One byte as `\x0D`.
    static func escaped(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.utf8.count == 1 ? "\\x0\(digits)" : "\\x\(digits)"
    }
}
