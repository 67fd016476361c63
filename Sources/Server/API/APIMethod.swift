// The methods of the HTTP API: a closed set, as paths, as labels of the metrics and as names in a batch.

enum APIMethod: String, CaseIterable, Sendable {
    case publish, broadcast
    case subscribe, unsubscribe, disconnect, refresh
    case presence
    case presenceStatistics = "presence_stats"
    case history
    case historyRemove = "history_remove"
    case channels, info
    case call = "rpc"
    case batch

    /// By the bytes of its name: names that only look alike are other names (row P13).
    init?(_ name: some Sequence<UInt8>) {
        guard let method = APIMethod.allCases.first(where: { name.elementsEqual($0.rawValue.utf8) }) else { return nil }
        self = method
    }

    /// Its place in a table of counters.
    var index: Int { APIMethod.allCases.firstIndex(of: self) ?? 0 }
}

/// What came of a call: a closed set, too (row H12).
enum APIOutcome: Int, CaseIterable, Sendable {
    case done
    /// An error that tells the caller what to change.
    case refused
    /// Code 100, or no answer in time.
    case failed

    var label: String {
        switch self {
        case .done: "done"
        case .refused: "refused"
        case .failed: "failed"
        }
    }
}
