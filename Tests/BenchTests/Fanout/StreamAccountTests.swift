import TestSupport
import Testing

@testable import Bench

@Suite("The account of one publisher at one subscriber")
struct StreamAccountTests {
    private struct Count: Equatable {
        var reordered = 0
        var duplicated = 0
        var distinct = 0
    }

    private static func count(_ sequences: [UInt32]) -> Count {
        var account = StreamAccount()
        var count = Count()
        for sequence in sequences {
            switch account.take(sequence) {
            case .inOrder: break
            case .reordered: count.reordered += 1
            case .duplicated: count.duplicated += 1
            }
        }
        count.distinct = account.distinct
        return count
    }

    @Test(
        "what happened to messages is told exactly",
        arguments: [
            ([0, 1, 2, 3], 0, 0, 4),
            // Lost at the beginning, in the middle, many.
            ([1, 2], 0, 0, 2), ([0, 1, 3], 0, 0, 3), ([0, 21, 22], 0, 0, 3), ([0, 1_000, 1_001], 0, 0, 3),
            // Twice, at once and later.
            ([0, 1, 1, 2], 0, 1, 3), ([0, 1, 2, 0], 0, 1, 3), ([0, 0, 0], 0, 2, 1),
            // Neighbours that changed places are one reordered message.
            ([1, 0], 1, 0, 2), ([0, 2, 1, 3], 1, 0, 4), ([3, 2, 1, 0], 3, 0, 4),
            // Late and then again.
            ([0, 2, 1, 1], 1, 1, 3),
            // At the border of what is remembered.
            ([0, 1, 64, 2], 1, 0, 4), ([0, 1, 64, 1], 0, 1, 3), ([0, 63, 0], 0, 1, 2),
            // Beyond it: reordered while any is missing, then duplicated.
            ([0, 500, 1], 1, 0, 3), (Array(0...200) + [5], 0, 1, 201),
        ] as [([UInt32], Int, Int, Int)])
    func told(sequences: [UInt32], reordered: Int, duplicated: Int, distinct: Int) {
        #expect(
            Self.count(sequences) == Count(reordered: reordered, duplicated: duplicated, distinct: distinct),
            "\(sequences)")
    }

    @Test("whatever is lost, repeated and delayed by up to 63 places, it says the same as a set of all that came")
    func oracle() {
        var random = SplitMix(seed: 20_261_121)
        for _ in 0..<200 {
            var sequences: [UInt32] = []
            for number in 0..<300 as Range<UInt32> where random.next() % 10 != 0 {
                sequences.append(number)
                if random.next() % 20 == 0 { sequences.append(number) }
            }
            for index in sequences.indices where random.next() % 5 == 0 {
                sequences.swapAt(index, min(sequences.count - 1, index + Int(random.next() % 20)))
            }
            var seen: Set<UInt32> = []
            var expected = Count()
            var highest: UInt32?
            var isNear = true
            for number in sequences {
                if let highest, number < highest, highest - number >= 64 { isNear = false }
                if !seen.insert(number).inserted {
                    expected.duplicated += 1
                } else if let highest, number < highest {
                    expected.reordered += 1
                }
                highest = max(highest ?? 0, number)
            }
            expected.distinct = seen.count
            guard isNear else { continue }
            #expect(Self.count(sequences) == expected)
        }
    }
}
