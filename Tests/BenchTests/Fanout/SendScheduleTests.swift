import Testing

@testable import Bench

@Suite("When messages of the load are due")
struct SendScheduleTests {
    private struct Due: Equatable {
        let publisher: Int
        let nanoseconds: UInt64
    }

    private static func all(_ schedule: SendSchedule) -> [Due] {
        var schedule = schedule
        var dues: [Due] = []
        while let (publisher, due) = schedule.take(at: .max - 1) {
            dues.append(Due(publisher: publisher, nanoseconds: due))
        }
        return dues
    }

    @Test("one publisher sends at even times, from the first moment to before the last")
    func even() {
        let schedule = SendSchedule(publishers: [0], publisherCount: 1, rate: 4, endNanoseconds: 1_000_000_000)
        let times: [UInt64] = [0, 250_000_000, 500_000_000, 750_000_000]
        #expect(Self.all(schedule) == times.map { Due(publisher: 0, nanoseconds: $0) })
    }

    @Test("publishers of several threads take turns, as if there were one thread")
    func turns() {
        let ends: UInt64 = 10_000_000
        let together = Self.all(
            SendSchedule(publishers: [0, 1, 2, 3, 4], publisherCount: 5, rate: 3_000, endNanoseconds: ends))
        let first = SendSchedule(publishers: [0, 2, 4], publisherCount: 5, rate: 3_000, endNanoseconds: ends)
        let second = SendSchedule(publishers: [1, 3], publisherCount: 5, rate: 3_000, endNanoseconds: ends)
        let apart = (Self.all(first) + Self.all(second)).sorted { $0.nanoseconds < $1.nanoseconds }
        #expect(together == apart)
        #expect(together.count == 30)
        #expect(together.map(\.publisher) == (0..<30).map { $0 % 5 })
    }

    @Test("nothing comes before its time, and who comes late moves no other message's time")
    func late() {
        var schedule = SendSchedule(publishers: [0], publisherCount: 1, rate: 10, endNanoseconds: 1_000_000_000)
        #expect(schedule.take(at: 0)?.due == 0)
        #expect(schedule.take(at: 99_999_999) == nil)
        #expect(schedule.nextDue == 100_000_000)
        #expect((0..<5).map { _ in schedule.take(at: 500_000_000)?.due } == [1, 2, 3, 4, 5].map { $0 * 100_000_000 })
        #expect(schedule.take(at: 500_000_000) == nil)
        #expect(schedule.nextDue == 600_000_000)
    }

    @Test("who publishes nothing is never due")
    func nobody() {
        var schedule = SendSchedule(publishers: [], publisherCount: 1, rate: 10, endNanoseconds: 1_000_000_000)
        #expect(schedule.nextDue == .max && schedule.take(at: .max) == nil)
    }
}
