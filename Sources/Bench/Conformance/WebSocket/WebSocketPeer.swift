// The end of an established WebSocket connection that is ours, against the program under test. It reads frames strictly, joins messages, answers
// pings, and says in one word what came next.

import EventLoop

final class WebSocketPeer {
    enum Kind: String {
        case text, binary
    }

    /// What came next.
    enum Incoming: Equatable {
        case message(Kind, [UInt8])
        case pong([UInt8])
        /// nil: an empty Close.
        case close(Int?, reason: [UInt8])
        /// The connection is over without a (further) Close; how.
        case end(String)
        /// Nothing in time.
        case nothing
        /// Something else, without end.
        case tooMuch

        var words: String {
            switch self {
            case .message(let kind, let bytes): "a \(kind.rawValue) message of \(bytes.count) bytes, \(shown(bytes))"
            case .pong(let bytes): "a pong of \(bytes.count) bytes, \(shown(bytes))"
            case .close(let code, let reason):
                "a Close \(code.map { "with \($0)" } ?? "without a code")"
                    + (reason.isEmpty ? "" : " \"\(String(decoding: reason, as: UTF8.self))\"")
            case .end(let how): how
            case .nothing: "nothing; the connection is open"
            case .tooMuch: "bytes without end that nobody asked for"
            }
        }

        private func shown(_ bytes: [UInt8]) -> String {
            bytes.isEmpty ? "empty" : Hexadecimal.text(bytes.prefix(32)) + (bytes.count > 32 ? " …" : "")
        }
    }

    let socket: PatientSocket
    let attempt: CaseAttempt
    /// We are the client: our frames are masked, theirs are not.
    let isClient: Bool
    /// A broadcasting server may choose the kind of a message by its bytes.
    let comparesKinds: Bool
    /// Set when permessage-deflate was agreed on.
    var deflate: PeerDeflate?
    /// Pongs that answer no ping of ours; cases do not see them.
    private(set) var unsolicitedPongs: [[UInt8]] = []
    /// Of the client's frames, the first ones.
    private(set) var maskingKeys: [[UInt8]] = []
    private static let maskingKeysMax = 100
    private static let unsolicitedPongsMax = 100
    /// A limit for messages below this is told as a failure.
    private static let limitBytesMin = 1_024
    private var pingsSent: [[UInt8]] = []
    private var hasSentClose = false
    private var hasReceivedClose = false
    /// The message that is being joined.
    private var fragments: (kind: Kind, isCompressed: Bool, bytes: [UInt8])?

    init(_ socket: PatientSocket, _ attempt: CaseAttempt, isClient: Bool, comparesKinds: Bool) {
        self.socket = socket
        self.attempt = attempt
        self.isClient = isClient
        self.comparesKinds = comparesKinds
    }

    // MARK: Sending

    func send(_ frames: HandFrame...) { send(frames) }

    func send(_ frames: [HandFrame]) { socket.send(bytes(remembering: frames)) }

    /// The same in pieces of so many bytes, with a pause after each.
    func send(_ frames: [HandFrame], pieceBytes: Int, pauseMilliseconds: Int = 0) {
        socket.send(bytes(remembering: frames), pieceBytes: pieceBytes, pauseMilliseconds: pauseMilliseconds)
    }

    private func bytes(remembering frames: [HandFrame]) -> [UInt8] {
        for frame in frames {
            if frame.opcode == HandFrame.Opcode.close { hasSentClose = true }
            if frame.opcode == HandFrame.Opcode.ping { pingsSent.append(frame.payload) }
        }
        // Large ones one by one: their bytes need not be there twice.
        return frames.count == 1 ? frames[0].bytes(masks: isClient) : frames.flatMap { $0.bytes(masks: isClient) }
    }

    // MARK: Receiving

    /// `bytes`: how much has to come, for the patience.
    func next(bytes: Int = 0) throws(CaseStop) -> Incoming {
        try next(until: attempt.deadline(bytes: bytes))
    }

    func next(until deadline: Instant) throws(CaseStop) -> Incoming {
        while true {
            let rules = ReceivedFrame.Rules(isMasked: !isClient, mayCompress: deflate != nil)
            if let (frame, count) = try ReceivedFrame.read(socket.inbox, rules) {
                socket.take(count)
                if !isClient, maskingKeys.count < WebSocketPeer.maskingKeysMax { maskingKeys.append(frame.maskingKey) }
                if let incoming = try take(frame) { return incoming }
                if PatientSocket.isLongOver(deadline) { return .tooMuch }
                continue
            }
            switch socket.waitForMore(until: deadline) {
            case .bytes: continue
            case .end: return .end("the end of the connection")
            case .broken(let reason): return .end("a reset connection (\(reason))")
            case .nothing: return .nothing
            case .tooMuch: return .tooMuch
            }
        }
    }

    /// §5.5.3 allows unsolicited pongs, as a heartbeat: what answers no ping of ours is one.
    private func isAnswer(_ pong: [UInt8]) -> Bool {
        pingsSent.contains { $0.isEmpty || pong.isEmpty ? $0 == pong : $0.starts(with: pong) || pong.starts(with: $0) }
    }

    /// nil: nothing to tell yet.
    private func take(_ frame: ReceivedFrame) throws(CaseStop) -> Incoming? {
        switch frame.opcode {
        case HandFrame.Opcode.ping:
            if !hasSentClose { send(HandFrame(HandFrame.Opcode.pong, frame.payload)) }
            return nil
        case HandFrame.Opcode.pong:
            if isAnswer(frame.payload) { return .pong(frame.payload) }
            if unsolicitedPongs.count < WebSocketPeer.unsolicitedPongsMax { unsolicitedPongs.append(frame.payload) }
            return nil
        case HandFrame.Opcode.close:
            hasReceivedClose = true
            return try close(frame.payload)
        case HandFrame.Opcode.continuation:
            guard var open = fragments else {
                throw wrong(
                    "a continuation with nothing to continue", "RFC 6455 §5.4: a message begins with opcode 1 or 2")
            }
            open.bytes += frame.payload
            fragments = open
        default:
            guard fragments == nil else {
                throw wrong("a new message between fragments", "RFC 6455 §5.4: fragments must not be interleaved")
            }
            let kind: Kind = frame.opcode == HandFrame.Opcode.text ? .text : .binary
            fragments = (kind, frame.isCompressed, frame.payload)
        }
        guard frame.isFinal, let whole = fragments else { return nil }
        fragments = nil
        var bytes = whole.bytes
        if whole.isCompressed, let deflate { bytes = try deflate.inflate(bytes) }
        if whole.kind == .text, (try? UTF8Span(validating: bytes.span)) == nil {
            throw wrong("a text message that is not UTF-8", "RFC 6455 §5.6: text is UTF-8")
        }
        return .message(whole.kind, bytes)
    }

    private func close(_ payload: [UInt8]) throws(CaseStop) -> Incoming {
        guard !payload.isEmpty else { return .close(nil, reason: []) }
        guard payload.count >= 2 else {
            throw wrong("a Close with one byte", "RFC 6455 §5.5.1: a body begins with a code of two bytes")
        }
        let code = Int(payload[0]) << 8 | Int(payload[1])
        let reason = Array(payload[2...])
        if code == 1005 || code == 1006 || code == 1015 {
            throw wrong("a Close with \(code)", "RFC 6455 §7.4.1: \(code) must not be set in a Close frame")
        }
        // §7.4.2 says of 0-999 that they are not used, not that they must not be; §5.5.1 lets an answer repeat the code.
        if (try? UTF8Span(validating: reason.span)) == nil {
            throw wrong("a Close whose reason is not UTF-8", "RFC 6455 §5.5.1: the reason is UTF-8")
        }
        return .close(code, reason: reason)
    }

    func wrong(_ came: String, _ why: String) -> CaseStop {
        .failed(expected: "what RFC 6455 allows its sender", came: came, why: why)
    }

    /// Ends a case in good order: a Close, and a moment for the other side's. A client waits for the server to end the connection.
    func leave() {
        if !hasSentClose { send(.close(1000)) }
        let deadline = Instant.now().adding(milliseconds: min(1_000, attempt.patienceMilliseconds))
        while !hasReceivedClose, socket.waitForMore(until: deadline) == .bytes {
            // Whatever comes is for nobody any more; a Close ends it at once.
            let rules = ReceivedFrame.Rules(isMasked: !isClient, mayCompress: deflate != nil)
            while !PatientSocket.isLongOver(deadline) {
                guard let read = try? ReceivedFrame.read(socket.inbox, rules) else { break }
                socket.take(read.byteCount)
                if read.frame.opcode == HandFrame.Opcode.close { hasReceivedClose = true }
            }
        }
        socket.endSending()
    }

    // MARK: What cases expect

    /// The next message, whatever else may come before it.
    func expectMessage(_ kind: Kind, _ payload: [UInt8], _ why: String) throws(CaseStop) {
        let deadline = attempt.deadline(bytes: payload.count)
        while true {
            let incoming = try next(until: deadline)
            if case .pong = incoming { continue }
            if case .message(let came, let bytes) = incoming, bytes == payload, came == kind || !comparesKinds {
                return
            }
            // No section says how long a message a receiver must take; shorter ones than these are no messages to speak of.
            if case .close(1009, _) = incoming, payload.count > WebSocketPeer.limitBytesMin {
                throw .skipped("the program limits messages (it closed with 1009), which RFC 6455 §10.4 allows")
            }
            throw .failed(
                expected: Incoming.message(kind, payload).words + ", the one that was sent", came: incoming.words,
                why: why)
        }
    }

    /// Either of two allowed ways: the message is understood, or the connection is failed.
    func expectMessageOrFailure(_ kind: Kind, _ payload: [UInt8]) throws(CaseStop) {
        let incoming = try next(bytes: payload.count)
        switch incoming {
        case .message(let came, payload) where came == kind || !comparesKinds: attempt.note = "understood"
        case .close(let code, _): attempt.note = "refused with \(code.map(String.init) ?? "no code")"
        case .end: attempt.note = "refused without a Close"
        default:
            throw .failed(
                expected: Incoming.message(kind, payload).words + ", or a failed connection", came: incoming.words,
                why: "it is neither understood as it is meant nor refused")
        }
    }

    /// A message that must go well, to see that the connection is as it should be.
    func expectHealthy(_ why: String) throws(CaseStop) {
        let text = "still here"
        send(.text(text))
        try expectMessage(.text, Array(text.utf8), why)
    }

    func expectPong(_ payload: [UInt8], _ why: String) throws(CaseStop) {
        let incoming = try next()
        guard incoming == .pong(payload) else {
            throw .failed(expected: Incoming.pong(payload).words, came: incoming.words, why: why)
        }
    }

    /// The connection is failed (RFC 6455 §7.1.7): a Close comes, or the connection ends. No message and no pong before it.
    /// `codes`: what a Close must say, and then one must come.
    func expectFailed(codes: [Int]? = nil, _ why: String) throws(CaseStop) {
        let incoming = try next()
        let expected =
            codes.map { "a Close with \($0.map(String.init).joined(separator: " or "))" }
            ?? "a Close or the end of the connection"
        switch incoming {
        case .close(let code, _) where codes == nil || code.map { codes?.contains($0) == true } == true:
            attempt.note = "closed with \(code.map(String.init) ?? "no code")"
        case .end where codes == nil: attempt.note = "ended without a Close"
        default: throw .failed(expected: expected, came: incoming.words, why: why)
        }
    }

    /// After a Close of ours: one comes back, with a code if it must be a certain one.
    @discardableResult
    func expectClose(_ why: String, codes: [Int?]? = nil) throws(CaseStop) -> Int? {
        let deadline = attempt.deadline()
        while true {
            let incoming = try next(until: deadline)
            switch incoming {
            case .close(let code, _) where codes == nil || codes?.contains(code) == true: return code
            case .pong: continue
            // Underway when our Close arrived.
            default:
                let wanted = codes.map { $0.map { $0.map(String.init) ?? "no code" }.joined(separator: " or ") }
                throw .failed(
                    expected: "a Close" + (wanted.map { " with \($0)" } ?? ""), came: incoming.words, why: why)
            }
        }
    }

    /// The transport ends.
    func expectEnd(_ why: String) throws(CaseStop) {
        let incoming = try next()
        guard case .end = incoming else {
            throw .failed(expected: "the end of the connection", came: incoming.words, why: why)
        }
    }
}
