// The client session of one connection to Redis: whatever the server says and however it is cut, the application hears the same; no
// answer without a command, answers in the order of the commands, nothing after a failure.
//
// Options: 1 a connection for publications, 2 a password, 4 another database, 8 the server greets in RESP3, 16 in RESP2, 32 it answers the
// ping of an idle session, 64 nothing is wanted any more when the session is dialed anew, 96 the bytes are wishes or commands, and the
// server does as it is asked.

import RESP

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRESPSession(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard let input = FuzzCase(start, count) else { return -1 }
    if input.has(32) && input.has(64) {
        if input.has(1) { RESPObedientServer.check(input.bytes) } else { RESPObedientCommands.check(input.bytes) }
        return 0
    }
    var whole = listeners[Int(input.options & 31)]
    whole.hear(input.bytes, input.whole)
    var pieces = listeners[Int(input.options & 31)]
    pieces.hear(input.bytes, input.pieces)
    demand(whole.transcript == pieces.transcript, "any cut tells the same")
    demand(whole.written == pieces.written, "any cut writes the same")
    pieces.dialAnew(input)
    if input.has(32) { whole.answerPing(input.bytes.count.isMultiple(of: 2)) }
    whole.end()
    return 0
}

private let welcome = Array("%2\r\n$7\r\nversion\r\n$5\r\n7.0.0\r\n$4\r\nrole\r\n$6\r\nmaster\r\n".utf8)
private let refusal = Array("-NOPROTO unsupported protocol version\r\n".utf8)
private let okay = Array("+OK\r\n".utf8)

/// One for each choice of options, greeted already where they say so: a copy of it goes on from there.
private let listeners = (UInt8(0)..<32).map(SessionListener.init(options:))

private struct SessionListener {
    var transcript = Transcript()
    var written = Transcript()
    private var session: ClientSession
    private var sent: UInt64 = 0
    private var answered: UInt64 = 0
    private var probes = 0
    private var hasFailed = false
    private var changes = 0
    private let configuration: ClientSession.Configuration
    private var outgoing: [UInt8] = []

    init(options: UInt8) {
        func has(_ option: UInt8) -> Bool { options & option != 0 }
        var greeting = Greeting.Configuration()
        if has(2) { greeting.credentials = Credentials(user: has(4) ? "ann" : nil, password: Array("secret".utf8)) }
        if has(4) { greeting.database = 1 }
        var limits = RESPLimits()
        limits.bulkBytesMax = 32
        configuration = .init(greeting: greeting, limits: limits)
        session = ClientSession(role: has(1) ? .publications : .commands, configuration, now: 0)
        session.subscribe(.channel(Array("a".utf8)))
        session.subscribe(.channel(Array("b".utf8)))
        session.subscribe(.pattern(Array("c*".utf8)))
        flush()
        var canned: [UInt8] = []
        if has(8) {
            canned = welcome + (has(4) ? okay : [])
        } else if has(16) {
            canned = refusal + (has(2) ? okay : []) + okay + (has(4) ? okay : [])
        }
        hear(canned, [0..<canned.count])
    }

    mutating func hear(_ bytes: [UInt8], _ pieces: [Range<Int>]) {
        for piece in pieces {
            var offset = 0
            session.heard(now: 1)
            while hear(bytes.span.extracting(piece), &offset) {}
            demand(offset == piece.count || hasFailed, "all input is used")
        }
    }

    private mutating func hear(_ part: Span<UInt8>, _ offset: inout Int) -> Bool {
        let event = session.nextEvent(in: part, offset: &offset)
        switch event {
        case .needsMoreBytes: return false
        case .failed(let failure):
            demand(!hasFailed && !session.isReady, "a session fails once")
            demand(!"\(failure)".isEmpty, "and says why")
            hasFailed = true
            transcript.add(type: "F")
            return false
        case .greeted:
            transcript.add(type: "G")
            greet()
        case .reply(let number, let value):
            demand(number == answered && answered < sent, "reply \(number) after \(answered) of \(sent)")
            answered += 1
            demand(session.unansweredCommands == Int(sent - answered), "as many are unanswered")
            transcript.add(type: "R")
            transcript.add(value)
            if sent < 6 { send() }
        case .message(let channel, let payload):
            transcript.add(type: "M")
            add(channel, part, session.assembledChannel)
            add(payload, part, session.assembledPayload)
        case .probed:
            demand(probes > 0, "a probe was sent")
            probes -= 1
            transcript.add(type: "P")
        case .subscription(let event):
            transcript.add(type: "S")
            transcript.add("\(event)")
            if case .confirmed(let name) = event {
                demand(session.subscriptions.isConfirmed(name) || changes > 0, "what was confirmed is so")
            }
            changes += 1
            if changes <= 8 { changeWishes() }
        case .patternMessage(let pattern, let channel, let payload):
            transcript.add(type: "p")
            for part in [pattern, channel, payload] { transcript.add(part) }
        case .shardMessage(let channel, let payload):
            transcript.add(type: "s")
            for part in [channel, payload] { transcript.add(part) }
        case .oversizedMessage(_, let channel, let byteCount):
            demand(byteCount > 32, "only what is over the limit is skipped")
            transcript.add(type: "O")
            transcript.add(channel)
            transcript.add(byteCount)
        }
        return true
    }

    private mutating func add(_ place: BytesLocation, _ part: Span<UInt8>, _ assembled: [UInt8]) {
        switch place {
        case .input(let range): transcript.add(part.extracting(range))
        case .assembled: transcript.add(assembled)
        }
    }

    private mutating func greet() {
        demand(session.isReady, "greeted is ready")
        if session.role == .commands {
            send()
            send()
        }
        session.probe()
        probes += 1
        flush()
    }

    private mutating func send() {
        switch sent % 3 {
        case 0: sent = session.publish(Array("x".utf8).span, on: Array("a".utf8)) + 1
        case 1: sent = session.send(encoded: Array("*1\r\n$4\r\nTIME\r\n".utf8)) + 1
        default: sent = ((try? session.send([Array("GET".utf8), Array("a".utf8)])) ?? 99) + 1
        }
        flush()
    }

    /// Wishes are given up, renewed and repeated while answers to older ones are on their way.
    private mutating func changeWishes() {
        switch changes % 4 {
        case 1:
            session.unsubscribe(.channel(Array("b".utf8)))
            session.subscribe(.shardChannel(Array("d".utf8)))
            session.subscribe(.shardChannel(Array("d".utf8)))
            session.subscribe(.shardChannel(Array("e".utf8)))
        case 2:
            session.retryRefusedSubscriptions()
            session.unsubscribe(.pattern(Array("c*".utf8)))
            session.subscribe(.pattern(Array("c*".utf8)))
        case 3:
            session.subscribe(.channel(Array("b".utf8)))
            session.unsubscribe(.pattern(Array("c*".utf8)))
            session.unsubscribe(.pattern(Array("unknown".utf8)))
            session.retryRefusedSubscriptions()
        default:
            session.unsubscribe(.shardChannel(Array("d".utf8)))
            session.unsubscribe(.channel(Array("a".utf8)))
        }
        flush()
    }

    private mutating func flush() {
        outgoing.removeAll(keepingCapacity: true)
        let speaks = session.hasSomethingToSay
        session.takeOutput(into: &outgoing, now: 1)
        demand(speaks || outgoing.isEmpty, "nothing is said unannounced")
        if !outgoing.isEmpty { written.add(outgoing) }
    }

    /// The next connection wants the same, and has none of it before the server says so.
    func dialAnew(_ input: FuzzCase) {
        var next = ClientSession(role: session.role, configuration, subscriptions: session.subscriptions, now: 2)
        demand(next.subscriptions.wantedCount == session.subscriptions.wantedCount, "as many wishes")
        demand(!next.subscriptions.isConfirmed(.channel(Array("a".utf8))), "nothing is confirmed yet")
        if input.has(64) {
            for name in ["a", "b"] { next.unsubscribe(.channel(Array(name.utf8))) }
            for name in ["d", "e"] { next.unsubscribe(.shardChannel(Array(name.utf8))) }
            next.unsubscribe(.pattern(Array("c*".utf8)))
            demand(next.subscriptions.wantedCount == 0, "nothing is wanted any more")
        }
        var output: [UInt8] = []
        next.takeOutput(into: &output, now: 2)
        var offset = 0
        let answers = welcome + okay
        let event = next.nextEvent(in: answers.span, offset: &offset)
        guard case .greeted = event else { fatalError("PROPERTY BROKEN: greeted anew, not \(event)") }
        output = []
        next.takeOutput(into: &output, now: 3)
        let wishes = session.role == .publications ? next.subscriptions.wantedCount : 0
        let isQuiet = wishes == 0 && configuration.greeting.database == 0
        demand(output.isEmpty == isQuiet, "it asks for what is wanted: \(wishes)")
    }

    /// Nothing is on its way for long: a ping goes out, and the server answers or says what ails it. What that does depends on what the
    /// input left half said.
    mutating func answerPing(_ isWell: Bool) {
        guard session.isReady, session.deadlineReached(now: session.nextDeadline) == nil else { return }
        flush()
        session.heard(now: 6_000)
        let answer = Array((isWell ? "+PONG\r\n" : "-LOADING the data set\r\n").utf8)
        hear(answer, [0..<answer.count])
    }

    /// Time passes without a word: a ping, then the end. A failed session stays so.
    mutating func end() {
        flush()
        let said = written
        flush()
        demand(written == said, "what is to be said is said at once")
        var now: UInt64 = 1
        for _ in 0..<4 where session.nextDeadline < .max {
            now = max(now, session.nextDeadline)
            demand(session.deadlineReached(now: 0) == nil, "nothing is due before its time")
            if let failure = session.deadlineReached(now: now) {
                demand(!"\(failure)".isEmpty, "the end has a reason")
                break
            }
            flush()
        }
        demand(session.nextDeadline == .max, "silence ends a session in bounded time")
        demand(session.deadlineReached(now: .max) == nil, "but once")
        var offset = 0
        let more = Array(":1\r\n".utf8)
        demand(session.nextEvent(in: more.span, offset: &offset) == .needsMoreBytes, "nothing after the end")
    }
}
