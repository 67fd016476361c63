// What one loop counts. Each number has one writer, the loop; `/metrics` adds them up over the loops. Label values are a closed set
// (row H12): nothing a stranger sends becomes a label.

enum CloseReason: Int, CaseIterable, Sendable {
    case normal, goingAway, protocolError, unsupportedData, invalidText, messageTooBig, slow, brokerUnavailable,
        pongTimeout, notAllowed, tokenRefused, expired, lostPosition, tooManyRequests, disconnected
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
        case .notAllowed: "not_allowed"
        case .tokenRefused: "token_refused"
        case .expired: "expired"
        case .lostPosition: "lost_position"
        case .tooManyRequests: "too_many_requests"
        case .disconnected: "disconnected"
        case .vanished: "vanished"
        case .stopping: "stopping"
        case .requestRefused: "request_refused"
        case .requestTimeout: "request_timeout"
        case .finished: "finished"
        }
    }
}

final class WorkerMetrics: Sendable {
    let accepted = Counter()
    let closedTotal = Counter()
    let connections = Counter()
    let webSockets = Counter()
    /// Those that agreed on permessage-deflate.
    let deflatedWebSockets = Counter()
    /// Of the protocol door: under way and joined.
    let subscriptions = Counter()
    /// Of the homes on this loop, as they were within the last second.
    let streams = Counter()
    let streamBytes = Counter()
    /// Streams that went because of the limits.
    let evictedStreams = Counter()
    let requests = Counter()
    let refusals = Counter()
    let messagesIn = Counter()
    let messagesOut = Counter()
    let bytesIn = Counter()
    let bytesOut = Counter()
    /// Messages compressed, each once however many connections it goes to.
    let deflatedMessages = Counter()
    let deflatedBytesBefore = Counter()
    let deflatedBytesAfter = Counter()
    let droppedNotText = Counter()
    /// On a channel of the protocol door, from a program that does not write what nodes write there.
    let droppedNotEnvelope = Counter()
    /// Joins and leaves over their namespace's cap.
    let droppedJoins = Counter()
    let queueBytes = Counter()
    let blockedConnections = Counter()
    let turns = Counter()
    let sends = Counter()
    /// By `CloseReason.rawValue`.
    let closes: [Counter] = CloseReason.allCases.map { _ in Counter() }

    init() {}

    func count(_ reason: CloseReason) { closes[reason.rawValue].add() }
}
