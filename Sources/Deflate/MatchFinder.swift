// Finds earlier occurrences of the bytes at hand (RFC 1951 §4): places with the same hash of four bytes are chained, newest
// first, and for matches of three bytes one place a hash is remembered. Places are numbered on from one call to the next, so that
// what an earlier call left behind is known by its lower number and nothing has to be cleared for a short message.

/// A match: `count` bytes, `distance` back. None when `count` is 0.
struct Match {
    var count = 0
    var distance = 0
}

/// Hash chains over one window. The numbers only; the table is a span that the caller holds for a whole block, because a field
/// that is an array costs a check for its one owner at each change.
///
/// The table's cells for a window of n bytes, each 4 bytes: n heads (the newest place of each hash of four bytes), n / 4 heads of
/// hashes of three bytes, n links (for each place of the window the one before with its hash): 288 KiB for 15 bits, 2.3 KiB for 8.
/// More heads would be fewer collisions, but fall out of the processor's cache: twice as many were 5 % slower.
struct MatchFinder {
    private let windowCount: Int
    private let shortHeads: Int
    private let links: Int
    private let hashShift: UInt32
    private let shortHashShift: UInt32
    /// The number of the first byte of the current data. Places before it belong to earlier data.
    private var base: Int

    init(windowBits: Int) {
        windowCount = 1 << windowBits
        shortHeads = windowCount
        links = shortHeads + windowCount / 4
        hashShift = UInt32(32 - windowBits)
        shortHashShift = UInt32(34 - windowBits)
        base = 1
    }

    /// The cells of its table.
    var cellCount: Int { links + windowCount }

    /// Begins new data of `count` bytes. What the table holds of other data is out of reach; only when the numbers run out, once
    /// in 4 GiB, it is cleared.
    mutating func begin(_ table: inout MutableSpan<UInt32>, count: Int) {
        guard base > Int(UInt32.max) - count else { return }
        table.update(repeating: 0)
        base = 1
    }

    /// Ends the data of `count` bytes.
    mutating func end(count: Int) { base += count }

    @inline(__always) private func hash(_ word: UInt32) -> Int {
        Int(truncatingIfNeeded: (word &* 0x9E37_79B1) &>> hashShift)
    }

    @inline(__always) private func shortHash(_ word: UInt32) -> Int {
        shortHeads &+ Int(truncatingIfNeeded: ((word &<< 8) &* 0x9E37_79B1) &>> shortHashShift)
    }

    @inline(__always) private func link(_ position: Int) -> Int { links &+ (position & (windowCount &- 1)) }

    /// Makes the places from `first` up to `end` known. At least four bytes stand at each.
    func insert(_ table: inout MutableSpan<UInt32>, _ data: RawSpan, from first: Int, to end: Int) {
        var position = first
        while position < end {
            let word = data.word(position)
            let place = UInt32(truncatingIfNeeded: base &+ position)
            let slot = hash(word)
            table[link(position)] = table[slot]
            table[slot] = place
            table[shortHash(word)] = place
            position &+= 1
        }
    }

    /// Makes `position` known and finds the longest match there that is longer than `best`; none when there is none. At least
    /// four bytes stand at `position`.
    func insertAndFind(
        _ table: inout MutableSpan<UInt32>, _ data: RawSpan, _ position: Int, longerThan best: Int, attemptsMax: Int,
        niceCount: Int
    ) -> Match {
        let word = data.word(position)
        let place = base &+ position
        let slot = hash(word)
        let shortSlot = shortHash(word)
        var candidate = Int(truncatingIfNeeded: table[slot])
        let shortCandidate = Int(truncatingIfNeeded: table[shortSlot])
        table[link(position)] = table[slot]
        table[slot] = UInt32(truncatingIfNeeded: place)
        table[shortSlot] = UInt32(truncatingIfNeeded: place)
        let limit = max(place &- windowCount, base)
        let countMax = min(Alphabet.matchCountMax, data.byteCount &- position)
        guard best < countMax else { return Match() }
        var count = max(best, 3)
        var distance = 0
        if best < 3, shortCandidate >= limit, (data.word(shortCandidate &- base) ^ word) & 0xFF_FFFF == 0 {
            distance = place &- shortCandidate
        }
        guard candidate >= limit, count < countMax else {
            return Match(count: distance == 0 ? 0 : count, distance: distance)
        }
        var attempts = attemptsMax
        // The four bytes that end with the one that would make it longer are compared first: they differ most often.
        var lastWord = data.word(position &+ count &- 3)
        repeat {
            let start = candidate &- base
            if data.word(start &+ count &- 3) == lastWord, data.word(start) == word {
                let found = data.commonCount(start, position, countMax)
                if found > count {
                    count = found
                    distance = place &- candidate
                    if found >= niceCount || found == countMax { break }
                    lastWord = data.word(position &+ count &- 3)
                }
            }
            candidate = Int(truncatingIfNeeded: table[link(start)])
            attempts &-= 1
        } while candidate >= limit && attempts > 0
        return Match(count: distance == 0 ? 0 : count, distance: distance)
    }
}

// The raw span checks the bounds of each load, so a wrong position traps; unsafe is only that any bytes are taken for a number, and
// for an integer any bytes are a value. As spans of UInt8, loads of four and eight bytes would be checked byte by byte.
extension RawSpan {
    @inline(__always) func byte(_ position: Int) -> UInt8 {
        unsafe unsafeLoad(fromByteOffset: position, as: UInt8.self)
    }

    /// Four bytes at `position`, the first one lowest.
    @inline(__always) func word(_ position: Int) -> UInt32 {
        UInt32(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: position, as: UInt32.self))
    }

    /// Eight bytes at `position`, the first one lowest.
    @inline(__always) func doubleWord(_ position: Int) -> UInt64 {
        UInt64(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self))
    }

    /// How many bytes from `first` and from `second` on are the same, at most `countMax`, which ends inside the span.
    @inline(__always) func commonCount(_ first: Int, _ second: Int, _ countMax: Int) -> Int {
        var count = 0
        while count &+ 8 <= countMax {
            let difference = doubleWord(first &+ count) ^ doubleWord(second &+ count)
            if difference != 0 { return count &+ difference.trailingZeroBitCount &>> 3 }
            count &+= 8
        }
        while count < countMax, byte(first &+ count) == byte(second &+ count) { count &+= 1 }
        return count
    }
}
