// The client session of one connection to Redis: whatever the server says and however it is cut, the application hears the same; no
// answer without a command, answers in the order of the commands, nothing after a failure.
//
// Options: 1 a connection for publications, 2 a password, 4 another database, 8 the server greets in RESP3, 16 in RESP2.

import RESP

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRESPSession(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard let input = FuzzCase(start, count) else { return -1 }
    var whole = listeners[Int(input.options & 31)]
    whole.hear(input.bytes, input.whole)
    var pieces = listeners[Int(input.options & 31)]
    pieces.hear(input.bytes, input.pieces)
    demand(whole.transcript == pieces.transcript, "any cut tells the same")
    demand(whole.written == pieces.written, "any cut writes the same")
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
    private var outgoing: [UInt8] = []

    init(options: UInt8) {
        func has(_ option: UInt8) -> Bool { options & option != 0 }
        var greeting = Greeting.Configuration()
        if has(2) { greeting.credentials = Credentials(user: nil, password: Array("secret".utf8)) }
        if has(4) { greeting.database = 1 }
        var limits = RESPLimits()
        limits.bulkBytesMax = 32
        session = ClientSession(
            role: has(1) ? .publications : .commands, .init(greeting: greeting, limits: limits), now: 0)
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
        case .failed:
            demand(!hasFailed && !session.isReady, "a session fails once")
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
            if sent == 0, written.count < 40 {
                session.unsubscribe(.channel(Array("b".utf8)))
                session.subscribe(.shardChannel(Array("d".utf8)))
                flush()
            }
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
        sent = session.publish(Array("x".utf8).span, on: Array("a".utf8)) + 1
        flush()
    }

    private mutating func flush() {
        outgoing.removeAll(keepingCapacity: true)
        session.takeOutput(into: &outgoing, now: 1)
        if !outgoing.isEmpty { written.add(outgoing) }
    }

    /// Time passes without a word: a ping, then the end. A failed session stays so.
    mutating func end() {
        var now: UInt64 = 1
        for _ in 0..<4 where session.nextDeadline < .max {
            now = max(now, session.nextDeadline)
            if session.deadlineReached(now: now) != nil { break }
            flush()
        }
        demand(session.nextDeadline == .max, "silence ends a session in bounded time")
        var offset = 0
        let more = Array(":1\r\n".utf8)
        demand(session.nextEvent(in: more.span, offset: &offset) == .needsMoreBytes, "nothing after the end")
    }
}
