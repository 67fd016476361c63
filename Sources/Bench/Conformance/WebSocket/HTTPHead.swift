// The head of a request or an answer as it came: a first line and fields. Lenient about what the case does not ask for; written apart from WSProtocol, which
// may be under test itself.

struct HTTPHead {
    static let bytesMax = 64 << 10

    let firstLine: String
    /// Names in lower case, values without the white space around them.
    let fields: [(name: String, value: String)]

    /// nil: it is not whole yet. `byteCount`: its size, with the empty line.
    static func read(_ bytes: [UInt8]) -> (head: HTTPHead, byteCount: Int)? {
        let end: [UInt8] = [13, 10, 13, 10]
        guard bytes.count >= 4,
            let start = (0...(bytes.count - 4)).first(where: { bytes[$0..<($0 + 4)].elementsEqual(end) })
        else { return nil }
        var lines: [[UInt8]] = [[]]
        for byte in bytes[..<start] {
            if byte == 10 { lines.append([]) } else if byte != 13 { lines[lines.count - 1].append(byte) }
        }
        var fields: [(name: String, value: String)] = []
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            fields.append((HTTPHead.trimmed(line[..<colon]).lowercased(), HTTPHead.trimmed(line[(colon + 1)...])))
        }
        return (HTTPHead(firstLine: HTTPHead.trimmed(lines[0][...]), fields: fields), start + 4)
    }

    /// All values of a field in their order.
    func values(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }

    /// The elements of a comma-separated field, in lower case.
    func tokens(_ name: String) -> [String] {
        values(name).flatMap { value in
            value.utf8.split(separator: UInt8(ascii: ",")).map { HTTPHead.trimmed(Array($0)[...]).lowercased() }
        }
    }

    /// Of an answer: `HTTP/1.1 101 Switching Protocols`; nil: no number stands there.
    var status: Int? {
        let words = firstLine.utf8.split(separator: 0x20)
        guard words.count >= 2, words[0].starts(with: "HTTP/".utf8) else { return nil }
        return Int(Substring(words[1]))
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
        var rest = bytes
        while let first = rest.first, first == 0x20 || first == 9 { rest = rest.dropFirst() }
        while let last = rest.last, last == 0x20 || last == 9 { rest = rest.dropLast() }
        return String(decoding: rest, as: UTF8.self)
    }
}
