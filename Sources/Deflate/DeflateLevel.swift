// How much work a deflater puts into its search. The scale is zlib's; the parameters are our own, found by measuring. What a
// higher number buys: longer chains of places that are compared, and matches given up for better ones.

/// A compression level: 0 stores, 1 is fastest, 9 is smallest.
package struct DeflateLevel: Equatable, Sendable {
    /// The levels there are.
    package static let range = 0...9
    /// 6: the usual trade of time for size.
    package static let `default` = DeflateLevel(6)

    /// As in zlib, and in the setting of the server.
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
        /// Whether a match is given up for a better one that begins a byte later.
        let isLazy: Bool
        /// Places inside a match that are made known, so that later matches begin there, at most.
        var insertedCountMax = Alphabet.matchCountMax
    }

    var effort: Effort {
        switch number {
        case 0, 1: Effort(attemptsMax: 3, niceCount: 12, isLazy: false, insertedCountMax: 4)
        case 2: Effort(attemptsMax: 5, niceCount: 16, isLazy: false, insertedCountMax: 8)
        case 3: Effort(attemptsMax: 12, niceCount: 32, isLazy: false)
        case 4: Effort(attemptsMax: 11, niceCount: 24, isLazy: true)
        case 5: Effort(attemptsMax: 20, niceCount: 40, isLazy: true)
        case 6: Effort(attemptsMax: 56, niceCount: 128, isLazy: true)
        case 7: Effort(attemptsMax: 96, niceCount: 128, isLazy: true)
        case 8: Effort(attemptsMax: 256, niceCount: 258, isLazy: true)
        default: Effort(attemptsMax: 768, niceCount: 258, isLazy: true)
        }
    }
}
