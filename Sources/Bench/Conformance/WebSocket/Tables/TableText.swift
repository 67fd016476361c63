// Reads the tables: a line a row, "|" between its members, hexadecimal for bytes, JSON where a member holds any text.

import JSON

enum TableText {
    static func rows(_ text: String) -> [[String]] {
        text.utf8.split(separator: UInt8(ascii: "\n")).map { line in
            line.split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false).map { String(Substring($0)) }
        }
    }

    static func bytes(hex: some StringProtocol) -> [UInt8] {
        var bytes: [UInt8] = []
        var high: UInt8?
        for character in hex.utf8 {
            let digit =
                character <= UInt8(ascii: "9") ? character - UInt8(ascii: "0") : character - UInt8(ascii: "a") + 10
            if let first = high {
                bytes.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        return bytes
    }

    /// The columns behind `first` as one JSON value; they hold no "|" of their own unless it belongs to the text.
    static func json(_ row: [String], from first: Int) -> JSONValue {
        let text = Array(row[first...].joined(separator: "|").utf8)
        do throws(JSONError) {
            return try JSONValue(text.span)
        } catch {
            preconditionFailure("a table of ours holds wrong JSON: \(error)")
        }
    }

    /// The same as a list of texts.
    static func texts(_ row: [String], from first: Int) -> [String] {
        guard case .array(let values) = json(row, from: first) else { return [] }
        return values.compactMap(\.text)
    }
}
