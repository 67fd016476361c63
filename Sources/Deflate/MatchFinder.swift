// Finds earlier occurrences of the bytes at hand (RFC 1951 §4): places with the same hash of four bytes are chained, newest
// first, and for matches of three bytes one place a hash is remembered. Places are numbered on from one call to the next, with a
// gap of a window, so that what an earlier call left behind is too far away to count and nothing is ever cleared.

/// A match: `count` bytes, `distance` back. None when `count` is 0.
struct Match {
    var count = 0
    var distance = 0
}

/// Hash chains over one window.
///
/// Memory: for a window of n bytes 8n (heads), 4n (chain) and 4n (three bytes), at most 512 KiB in all.
struct MatchFinder {
    /// The newest place of each hash of four bytes, of three bytes, and for each place of the window the one before with its hash.
    private var heads: [UInt32]
    private var shortHeads: [UInt32]
    private var previous: [UInt32]
    private let windowBits: Int
    private let windowCount: Int
    /// The number of the first byte of the current data.
    private(set) var base: Int

    init(windowBits: Int) {
        self.windowBits = windowBits
        windowCount = 1 << windowBits
        heads = Array(repeating: 0, count: 2 << windowBits)
        shortHeads = Array(repeating: 0, count: 1 << windowBits)
        previous = Array(repeating: 0, count: 1 << windowBits)
        base = 1 << windowBits + 1
    }

    /// Begins new data of `count` bytes, out of reach of what was inserted before.
    mutating func begin(count: Int) {
        guard base > Int(UInt32.max) - 2 * windowCount - count else { return }
        for index in heads.indices { heads[index] = 0 }
        for index in shortHeads.indices { shortHeads[index] = 0 }
        base = windowCount + 1
    }

    /// Ends the data of `count` bytes.
    mutating func end(count: Int) { base += count + windowCount }

    private func hash(_ word: UInt32) -> Int {
        Int(truncatingIfNeeded: (word &* 0x9E37_79B1) &>> UInt32(truncatingIfNeeded: 31 &- windowBits))
    }

    private func shortHash(_ word: UInt32) -> Int {
        Int(truncatingIfNeeded: ((word &<< 8) &* 0x9E37_79B1) &>> UInt32(truncatingIfNeeded: 32 &- windowBits))
    }

    /// Makes the place `position` known. At least four bytes stand there.
    mutating func insert(_ data: RawSpan, _ position: Int) {
        let word = data.word(position)
        let place = UInt32(truncatingIfNeeded: base &+ position)
        let slot = hash(word)
        previous[position & (windowCount &- 1)] = heads[slot]
        heads[slot] = place
        shortHeads[shortHash(word)] = place
    }

    /// Makes `position` known and finds the longest match there that is longer than `best`; none when there is none. At least
    /// four bytes stand at `position`.
    mutating func insertAndFind(
        _ data: RawSpan, _ position: Int, longerThan best: Int, attemptsMax: Int, niceCount: Int
    ) -> Match {
        let word = data.word(position)
        let place = base &+ position
        let slot = hash(word)
        let shortSlot = shortHash(word)
        var candidate = Int(heads[slot])
        let shortCandidate = Int(shortHeads[shortSlot])
        previous[position & (windowCount &- 1)] = heads[slot]
        heads[slot] = UInt32(truncatingIfNeeded: place)
        shortHeads[shortSlot] = UInt32(truncatingIfNeeded: place)
        let limit = max(place &- windowCount, base)
        let countMax = min(Alphabet.matchCountMax, data.byteCount &- position)
        guard best < countMax else { return Match() }
        var match = Match(count: max(best, 3), distance: 0)
        if best < 3, shortCandidate >= limit, (data.word(shortCandidate &- base) ^ word) & 0xFF_FFFF == 0 {
            match = Match(count: 3, distance: place &- shortCandidate)
        }
        var attempts = attemptsMax
        while candidate >= limit, attempts > 0 {
            let start = candidate &- base
            // The byte that would make it longer is compared first: it differs most often.
            if data.word(start &+ match.count &- 3) == data.word(position &+ match.count &- 3), data.word(start) == word
            {
                let count = data.commonCount(start, position, countMax)
                if count > match.count {
                    match = Match(count: count, distance: place &- candidate)
                    if count >= niceCount || count == countMax { break }
                }
            }
            candidate = Int(previous[(candidate &- base) & (windowCount &- 1)])
            attempts &-= 1
        }
        return match.distance == 0 ? Match() : match
    }
}

extension RawSpan {
    /// Four bytes at `position`, the first one lowest. Bounds are checked; any four bytes are a value.
    func word(_ position: Int) -> UInt32 {
        UInt32(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: position, as: UInt32.self))
    }

    /// Eight bytes at `position`, the first one lowest.
    func doubleWord(_ position: Int) -> UInt64 {
        UInt64(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self))
    }

    /// How many bytes from `first` and from `second` on are the same, at most `countMax`, which ends inside the span.
    func commonCount(_ first: Int, _ second: Int, _ countMax: Int) -> Int {
        var count = 0
        while count &+ 8 <= countMax {
            let difference = doubleWord(first &+ count) ^ doubleWord(second &+ count)
            if difference != 0 { return count &+ difference.trailingZeroBitCount &>> 3 }
            count &+= 8
        }
        while count < countMax,
            unsafe unsafeLoad(fromByteOffset: first &+ count, as: UInt8.self)
                == unsafeLoad(fromByteOffset: second &+ count, as: UInt8.self)
        { count &+= 1 }
        return count
    }
}
