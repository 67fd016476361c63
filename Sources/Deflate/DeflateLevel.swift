// How much work a deflater puts into its search. The scale is zlib's; the parameters are our own, found by measuring.

/// A compression level: 0 stores, 1 is fastest, 9 is smallest.
package struct DeflateLevel: Equatable, Sendable {
    /// The levels there are.
    package static let range = 0...9
    /// 6: the usual trade of time for size.
    package static let `default` = DeflateLevel(6)

    package let number: Int

    /// `number` lies in `range`; anything else is a mistake of the caller and traps.
    package init(_ number: Int) {
        precondition(DeflateLevel.range.contains(number), "a level of 0 to 9")
        self.number = number
    }

    /// How matches are searched and chosen.
    struct Effort {
        /// Earlier places that are compared for one match.
        let attemptsMax: Int
        /// A match this long is taken without looking further.
        let niceCount: Int
        /// A match is given up for a better one that begins up to this many bytes later: 0 (greedy), 1 or 2.
        let lookAhead: Int
    }

    var effort: Effort {
        switch number {
        case 0, 1: Effort(attemptsMax: 4, niceCount: 16, lookAhead: 0)
        case 2: Effort(attemptsMax: 8, niceCount: 24, lookAhead: 0)
        case 3: Effort(attemptsMax: 16, niceCount: 32, lookAhead: 0)
        case 4: Effort(attemptsMax: 12, niceCount: 24, lookAhead: 1)
        case 5: Effort(attemptsMax: 20, niceCount: 40, lookAhead: 1)
        case 6: Effort(attemptsMax: 56, niceCount: 128, lookAhead: 1)
        case 7: Effort(attemptsMax: 96, niceCount: 128, lookAhead: 1)
        case 8: Effort(attemptsMax: 256, niceCount: 258, lookAhead: 2)
        default: Effort(attemptsMax: 768, niceCount: 258, lookAhead: 2)
        }
    }
}
