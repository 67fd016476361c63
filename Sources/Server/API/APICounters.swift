// What one loop counts of the HTTP API.

final class APICounters: Sendable {
    /// Requests with a key that was wrong or missing.
    let unauthorized = Counter()
    /// Requests with a body that is none.
    let unreadable = Counter()
    private let calls: [Counter] = (0..<APIMethod.allCases.count * APIOutcome.allCases.count).map { _ in Counter() }

    subscript(_ method: APIMethod, _ outcome: APIOutcome) -> Counter {
        calls[method.index * APIOutcome.allCases.count + outcome.rawValue]
    }
}
