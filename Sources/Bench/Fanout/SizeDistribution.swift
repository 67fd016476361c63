// Sizes of messages: one, or several with weights ("64:50,1024:40,65536:10"). Which message has which size depends on its number
// alone, so that two runs send the same.

struct SizeDistribution: Equatable {
    /// Bytes of a body and how often, relative to the others.
    private(set) var entries: [(bytes: Int, weight: Int)]
    private let total: Int

    static func == (left: SizeDistribution, right: SizeDistribution) -> Bool {
        left.entries.elementsEqual(right.entries) { $0 == $1 }
    }

    /// One size.
    init(bytes: Int) {
        entries = [(bytes, 1)]
        total = 1
    }

    /// Reads `128` or `64:50,1024:40`. Throws a sentence.
    init(parsing text: String) throws(FanoutProblem) {
        var entries: [(bytes: Int, weight: Int)] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let numbers = part.split(separator: ":", omittingEmptySubsequences: false)
            guard let first = numbers.first, numbers.count <= 2, let bytes = Int(first),
                (MessageMarker.byteCount...MessageMarker.bodyBytesMax).contains(bytes)
            else {
                throw FanoutProblem(
                    "\"\(part)\": expected bytes from \(MessageMarker.byteCount) to \(MessageMarker.bodyBytesMax)")
            }
            let weight = numbers.count == 2 ? Int(numbers[1]) : 1
            guard let weight, (1...1_000_000).contains(weight) else {
                throw FanoutProblem("\"\(part)\": expected a weight from 1 to 1000000 behind the colon")
            }
            entries.append((bytes, weight))
        }
        self.entries = entries
        total = entries.reduce(0) { $0 + $1.weight }
    }

    var bytesMax: Int { entries.map(\.bytes).max() ?? 0 }

    /// Bytes of the body of message `number`.
    func bytes(ofMessage number: UInt64) -> Int {
        guard entries.count > 1 else { return entries[0].bytes }
        // SplitMix64's mixing: neighbours get sizes that have nothing to do with each other.
        var mixed = number &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        var left = Int((mixed ^ mixed >> 31) % UInt64(total))
        for entry in entries {
            if left < entry.weight { return entry.bytes }
            left -= entry.weight
        }
        return entries[0].bytes
    }
}
