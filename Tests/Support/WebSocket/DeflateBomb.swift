// A compression bomb, set bit by bit (RFC 1951 §3.2.6): a block of the fixed code with one zero, then eight matches of 258 zeros at
// distance 1 in every 13 bytes. It never ends.

package enum DeflateBomb {
    /// Zeros that each unit of 13 bytes becomes.
    package static let zerosPerUnit = 8 * 258

    /// More than `zeros` zeros.
    package static func bytes(zeros: Int) -> [UInt8] {
        // BFINAL 0, BTYPE 01 (least bit first), the literal 0: eleven bits.
        let head: [UInt8] = [0, 1, 0] + [0, 0, 1, 1, 0, 0, 0, 0]
        // Symbol 285 (258 bytes) in eight bits, distance symbol 0 (1 byte) in five.
        let match: [UInt8] = [1, 1, 0, 0, 0, 1, 0, 1] + [0, 0, 0, 0, 0]
        var bits = head
        for _ in 0..<16 { bits += match }
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: bits.count - 7, by: 8) {
            bytes.append((0..<8).reduce(0) { $0 | bits[start + $1] << UInt8($1) })
        }
        let unit = bytes[2..<15]
        return bytes[..<2] + [UInt8]((0...(zeros / zerosPerUnit)).lazy.flatMap { _ in unit })
    }
}
