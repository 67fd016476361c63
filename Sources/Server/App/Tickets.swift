// Questions to other loops that are not answered yet.

struct Tickets<Answer> {
    private var waiting: [UInt64: (Answer) -> Void] = [:]
    private var last: UInt64 = 0

    /// Returns the ticket that the answer brings back.
    mutating func add(_ done: @escaping (Answer) -> Void) -> UInt64 {
        last += 1
        waiting[last] = done
        return last
    }

    mutating func take(_ ticket: UInt64) -> ((Answer) -> Void)? { waiting.removeValue(forKey: ticket) }
}

/// A question to all loops.
final class Survey {
    let done: ([LoopSurvey]) -> Void
    var answers: [LoopSurvey] = []

    init(_ done: @escaping ([LoopSurvey]) -> Void) { self.done = done }
}
