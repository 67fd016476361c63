import Testing

@testable import Bench

@Suite("How many messages of a publisher are under way")
struct FanoutPublisherTests {
    private static let second: UInt64 = 1_000_000_000

    private static func account(_ sequences: UInt32...) -> StreamAccount {
        var account = StreamAccount()
        for sequence in sequences { _ = account.take(sequence) }
        return account
    }

    private static func publisher(warmUp: UInt32, measured: UInt32) -> FanoutPublisher {
        var publisher = FanoutPublisher(number: 0, channel: 0, client: 0, witness: 0, rank: 0)
        publisher.warmUpCount = warmUp
        publisher.measuredCount = measured
        return publisher
    }

    @Test(
        "those sent since the newest that came, whatever was lost before it",
        arguments: [
            (10, 0, StreamAccount(), StreamAccount(), 10), (10, 0, account(0, 1, 2), StreamAccount(), 7),
            (10, 0, account(0, 9), StreamAccount(), 0), (10, 5, account(0, 1), StreamAccount(), 13),
            // What came of the measurement says that the warm-up is over.
            (10, 5, account(0, 1), account(0), 4), (10, 5, account(0, 1), account(4), 0),
        ] as [(UInt32, UInt32, StreamAccount, StreamAccount, Int)])
    func counted(warmUp: UInt32, measured: UInt32, cameOfWarmUp: StreamAccount, came: StreamAccount, expected: Int) {
        var publisher = Self.publisher(warmUp: warmUp, measured: measured)
        #expect(publisher.underWay(warmUp: cameOfWarmUp, measured: came, at: 5) == expected)
    }

    @Test("after two seconds of silence none, and what comes late opens the window no further")
    func silence() {
        var publisher = Self.publisher(warmUp: 0, measured: 0)
        let nothing = StreamAccount()
        #expect(publisher.underWay(warmUp: nothing, measured: nothing, at: Self.second) == 0)
        publisher.measuredCount = 8
        #expect(publisher.underWay(warmUp: nothing, measured: nothing, at: 3 * Self.second) == 8)
        #expect(publisher.underWay(warmUp: nothing, measured: nothing, at: 3 * Self.second + 1) == 0)
        publisher.measuredCount = 16
        #expect(publisher.underWay(warmUp: nothing, measured: Self.account(0, 1), at: 4 * Self.second) == 8)
        #expect(publisher.underWay(warmUp: nothing, measured: Self.account(8), at: 4 * Self.second) == 7)
    }
}
