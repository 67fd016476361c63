// RESP once more, plainly: one whole value from bytes at hand, by recursion. It does not know streamed values, nor the rarer spellings
// of numbers; of these, of most that is wrong and of what is cut it says nothing (nil). What it reads, the decoder must read too.

struct RESPReference {
    private let bytes: [UInt8]
    private var index: Int
    private(set) var transcript: Transcript
    /// No decoder may take these bytes for a value.
    private(set) var isWrong = false

    /// Reads one value at `start` behind `transcript`.
    init(_ bytes: [UInt8], at start: Int, after transcript: Transcript) {
        self.bytes = bytes
        index = start
        self.transcript = transcript
    }

    /// Where the value ends.
    mutating func end() -> Int? { value(depth: 0) ? index : nil }

    private mutating func line() -> String? {
        guard let end = bytes[index...].firstIndex(of: 13), end + 1 < bytes.count, bytes[end + 1] == 10 else {
            return nil
        }
        let text = bytes[index..<end]
        guard !text.contains(10), text.allSatisfy({ $0 < 0x80 }) else { return nil }
        index = end + 2
        return String(decoding: text, as: UTF8.self)
    }

    private func number(_ text: Substring) -> Int? {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), text.utf8.count <= 6 else { return nil }
        return Int(text)
    }

    private mutating func value(depth: Int) -> Bool {
        guard depth < 30, let line = line(), let type = line.unicodeScalars.first else { return false }
        let rest = line.dropFirst()
        switch type {
        case "+", "-": transcript.add(type, Array(rest.utf8))
        case ":":
            guard let number = Int64(rest) else { return false }
            transcript.add(type: type)
            transcript.add(number)
        case "(":
            guard let number = Int64(rest), "\(number)" == rest else { return false }
            transcript.add(type, Array(rest.utf8))
        case ",":
            guard let double = Double(rest), "\(double)" == rest, double.isFinite else { return false }
            transcript.add(type: type)
            transcript.add(double.bitPattern)
        case "#":
            guard rest == "t" || rest == "f" else { return false }
            transcript.add(type: type)
            transcript.add(rest == "t" ? 1 : 0)
        case "_":
            guard rest.isEmpty else { return false }
            transcript.add(type: type)
        case "$", "!", "=": return string(type, rest)
        case "*", "~", ">", "%", "|": return aggregate(type, rest, depth)
        default: return false
        }
        return true
    }

    private mutating func string(_ type: Unicode.Scalar, _ length: Substring) -> Bool {
        if type == "$", length == "-1" {
            transcript.add(type: "_")
            return true
        }
        guard let count = number(length), bytes.count - index >= count + 2 else { return false }
        let body = Array(bytes[index..<index + count])
        guard bytes[index + count] == 13, bytes[index + count + 1] == 10 else {
            isWrong = true
            return false
        }
        if type == "=", count < 4 || body[3] != UInt8(ascii: ":") { return false }
        index += count + 2
        transcript.add(type, body)
        return true
    }

    private mutating func aggregate(_ type: Unicode.Scalar, _ length: Substring, _ depth: Int) -> Bool {
        if type == "*", length == "-1" {
            transcript.add(type: "_")
            return true
        }
        // Attributes that say nothing leave no trace.
        guard let count = number(length), type != ">" || depth == 0, type != "|" || count > 0 else { return false }
        transcript.add(type: type)
        transcript.add(count)
        for _ in 0..<(type == "%" || type == "|" ? 2 * count : count) {
            guard value(depth: depth + 1) else { return false }
        }
        guard type == "|" else { return true }
        // Attributes of attributes are joined, those of a push are dropped: left to the decoder's own tests.
        guard index < bytes.count, bytes[index] != UInt8(ascii: "|"), bytes[index] != UInt8(ascii: ">") else {
            return false
        }
        return value(depth: depth)
    }
}
