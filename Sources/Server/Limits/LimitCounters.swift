// What one loop counts of the uses that a rate limit refused.

final class LimitCounters: Sendable {
    private let refused: [Counter] = (0..<LimitName.numbers).map { _ in Counter() }

    subscript(_ name: LimitName) -> Counter { refused[name.number] }
}
