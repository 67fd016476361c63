// When which publisher sends: message g of the run is due at g / rate and belongs to publisher g mod (publishers). The times are
// fixed before anything is sent and never move, however slow anybody is: latency counts from them (no coordinated omission).

/// The due times of one thread's publishers.
struct SendSchedule: Equatable {
    private let publishers: [Int]
    private let publisherCount: Int
    private let nanosecondsEach: Double
    private let endNanoseconds: UInt64
    private var round = 0
    private var place = 0
    /// When the next message is due, since the run began; `UInt64.max`: none any more.
    private(set) var nextDue: UInt64

    /// `publishers`: the thread's own, in order, of `publisherCount` in all; `rate`: messages a second of all together, more than 0.
    /// Nothing is due at or after `endNanoseconds`.
    init(publishers: [Int], publisherCount: Int, rate: Double, endNanoseconds: UInt64) {
        self.publishers = publishers
        self.publisherCount = publisherCount
        self.endNanoseconds = endNanoseconds
        nanosecondsEach = 1e9 / rate
        nextDue = 0
        nextDue = due()
    }

    /// The publisher whose message is due, and when it was due; nil: nothing is due yet.
    mutating func take(at nanoseconds: UInt64) -> (publisher: Int, due: UInt64)? {
        guard nextDue <= nanoseconds, nextDue != .max else { return nil }
        let taken = (publishers[place], nextDue)
        place += 1
        if place == publishers.count {
            place = 0
            round += 1
        }
        nextDue = due()
        return taken
    }

    private func due() -> UInt64 {
        guard place < publishers.count else { return .max }
        let message = Double(round) * Double(publisherCount) + Double(publishers[place])
        let nanoseconds = message * nanosecondsEach
        return nanoseconds < Double(endNanoseconds) ? UInt64(nanoseconds) : .max
    }
}
