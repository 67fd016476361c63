// What one loop counts. Each number has one writer, the loop; `/metrics` adds them up over the loops. Label values are a closed set
// (row H12): nothing a stranger sends becomes a label.

package enum CloseReason: Int, CaseIterable, Sendable {
    case normal, goingAway, protocolError, unsupportedData, invalidText, messageTooBig, slow, brokerUnavailable, pongTimeout
    case vanished, stopping, requestRefused, requestTimeout, finished

    var label: String {
        switch self {
        case .normal: "normal"
        case .goingAway: "going_away"
        case .protocolError: "protocol_error"
        case .unsupportedData: "unsupported_data"
        case .invalidText: "invalid_text"
        case .messageTooBig: "message_too_big"
        case .slow: "slow"
        case .brokerUnavailable: "broker_unavailable"
        case .pongTimeout: "pong_timeout"
        case .vanished: "vanished"
        case .stopping: "stopping"
        case .requestRefused: "request_refused"
        case .requestTimeout: "request_timeout"
        case .finished: "finished"
        }
    }
}

package final class WorkerMetrics: Sendable {
    package let accepted = Counter()
    package let closedTotal = Counter()
    package let connections = Counter()
    package let webSockets = Counter()
    package let requests = Counter()
    package let refusals = Counter()
    package let messagesIn = Counter()
    package let messagesOut = Counter()
    package let bytesIn = Counter()
    package let bytesOut = Counter()
    package let droppedNotText = Counter()
    package let queueBytes = Counter()
    package let blockedConnections = Counter()
    package let turns = Counter()
    package let sends = Counter()
    /// By `CloseReason.rawValue`.
    package let closes: [Counter] = CloseReason.allCases.map { _ in Counter() }

    package init() {}

    func count(_ reason: CloseReason) { closes[reason.rawValue].add() }
}
