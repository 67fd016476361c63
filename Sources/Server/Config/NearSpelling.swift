// "Did you mean …": the name that takes the fewest slips of a finger to reach.

enum NearSpelling {
    /// The nearest of `names` to `text`, or nil when none is near: at most a third of its letters differ.
    static func of(_ text: String, among names: [String]) -> String? {
        // A name of a file may be a megabyte long; no name of ours is.
        let wanted = Array(text.utf8.prefix(65))
        guard !wanted.isEmpty, wanted.count <= 64 else { return nil }
        var best: (distance: Int, name: String)?
        for name in names {
            let letters = Array(name.utf8)
            let found = distance(wanted, letters)
            guard found <= max(wanted.count, letters.count) / 3 || letters.starts(with: wanted) else { continue }
            if best.map({ found < $0.distance }) ?? true { best = (found, name) }
        }
        return best?.name
    }

    /// Letters put in, left out, changed, or exchanged with their neighbour (optimal string alignment).
    static func distance(_ one: [UInt8], _ other: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...other.count)
        for row in 0..<one.count {
            var current = [row + 1]
            current.reserveCapacity(other.count + 1)
            for column in 0..<other.count {
                var least = min(current[column], last[column + 1]) + 1
                least = min(least, last[column] + (one[row] == other[column] ? 0 : 1))
                if row > 0, column > 0, one[row] == other[column - 1], one[row - 1] == other[column] {
                    least = min(least, beforeLast[column - 1] + 1)
                }
                current.append(least)
            }
            beforeLast = last
            last = current
        }
        return last[other.count]
    }
}
