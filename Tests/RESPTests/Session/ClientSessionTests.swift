import Foundation
import RESP
import TestSupport
import Testing

/// Plays one connection from the steps of a fixture.
struct SessionRunner {
    private var session: ClientSession?
    private var wishes = Subscriptions()
    private let role: ClientSession.Role
    private let configuration: ClientSession.Configuration
    private var now: UInt64 = 1_000_000
    private var heard: [String] = []
    private var written: [UInt8] = []
    /// Cut what the server sends into single bytes.
    private let isByteByByte: Bool

    init(_ fixture: Fixture, isByteByByte: Bool) {
        self.isByteByByte = isByteByByte
        role = fixture.json["role"] as? String == "publications" ? .publications : .commands
        var greeting = Greeting.Configuration()
        if let password = fixture.json["password"] as? String {
            greeting.credentials = Credentials(user: fixture.json["user"] as? String, password: Array(password.utf8))
        }
        greeting.database = fixture.json["database"] as? Int ?? 0
        func time(_ name: String) -> UInt64 { UInt64(fixture.json[name] as? Int ?? 60_000) }
        configuration = ClientSession.Configuration(
            greeting: greeting, limits: fixture.limits, greetingMilliseconds: time("greetingMilliseconds"),
            pingIntervalMilliseconds: time("pingMilliseconds"), answerMilliseconds: time("answerMilliseconds"))
    }

    mutating func play(_ step: [String: Any]) throws {
        if let wish = step["send"] as? [String] {
            try send(wish)
            return
        }
        if step["reconnect"] != nil {
            // What outlives a connection are the wishes.
            #expect(heard.isEmpty, "told before the connection went: \(heard)")
            wishes = try #require(session).subscriptions
            written = []
            session = ClientSession(role: role, configuration, subscriptions: wishes, now: now)
            return
        }
        if session == nil {
            session = ClientSession(role: role, configuration, subscriptions: wishes, now: now)
        }
        if let bytes = step["output"] {
            flush()
            #expect(
                String(decoding: written, as: UTF8.self)
                    == String(decoding: try #require(Fixture.bytes(from: bytes)), as: UTF8.self))
            written = []
        } else if let bytes = step["receive"] {
            #expect(heard.isEmpty, "told before the next bytes came: \(heard)")
            let all = try #require(Fixture.bytes(from: bytes))
            for piece in isByteByByte ? all.map({ [$0] }) : [all] { receive(piece) }
        } else if let milliseconds = step["elapse"] as? Int {
            #expect(heard.isEmpty, "told before time passed: \(heard)")
            now += UInt64(milliseconds)
            if let failure = session!.deadlineReached(now: now) {
                heard.append(SessionRunner.describe(.failed(failure)))
            }
        } else if let event = step["event"] as? [Any] {
            if heard.isEmpty { flush() }
            try #require(!heard.isEmpty, "no event, but \(event) is expected")
            #expect(heard.removeFirst() == SessionRunner.describe(event))
        }
    }

    func finish() { #expect(heard.isEmpty, "more events than expected: \(heard)") }

    private mutating func send(_ wish: [String]) throws {
        let name = Array((wish.count > 1 ? wish[1] : "").utf8)
        switch wish[0] {
        case "subscribe": want(.channel(name))
        case "psubscribe": want(.pattern(name))
        case "ssubscribe": want(.shardChannel(name))
        case "unsubscribe": drop(.channel(name))
        case "punsubscribe": drop(.pattern(name))
        case "sunsubscribe": drop(.shardChannel(name))
        case "retry": session!.retryRefusedSubscriptions()
        case "command": try session!.send(wish.dropFirst().map { Array($0.utf8) })
        case "probe": session!.probe()
        default: fatalError("no such wish: \(wish)")
        }
    }

    private mutating func want(_ subscription: Subscription) {
        if session == nil { wishes.want(subscription) } else { session!.subscribe(subscription) }
    }

    private mutating func drop(_ subscription: Subscription) {
        if session == nil { wishes.drop(subscription) } else { session!.unsubscribe(subscription) }
    }

    private mutating func flush() {
        var output: [UInt8] = []
        session!.takeOutput(into: &output, now: now)
        written += output
        receive([])
    }

    private mutating func receive(_ bytes: [UInt8]) {
        if !bytes.isEmpty { session!.heard(now: now) }
        var offset = 0
        while true {
            let event = session!.nextEvent(in: bytes.span, offset: &offset)
            switch event {
            case .needsMoreBytes: return
            case .message(.input(let channel), .input(let payload)):
                heard.append(SessionRunner.message(Array(bytes[channel]), Array(bytes[payload])))
            case .message:
                heard.append(SessionRunner.message(session!.assembledChannel, session!.assembledPayload))
            default: heard.append(SessionRunner.describe(event))
            }
        }
    }

    private static func message(_ channel: [UInt8], _ payload: [UInt8]) -> String {
        "message \(String(decoding: channel, as: UTF8.self)) \(String(decoding: payload, as: UTF8.self))"
    }

    private static func describe(_ event: [Any]) -> String {
        event.map { part in
            (part as? [String: Any]).map { "\(Fixture.value(from: $0))" } ?? "\(part)"
        }.joined(separator: " ")
    }

    private static func describe(_ event: ClientSession.Event) -> String {
        func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
        switch event {
        case .needsMoreBytes, .message: return ""
        case .greeted(let welcome): return "greeted \(welcome.protocolVersion)"
        case .reply(let number, let value): return "reply \(number) \(value)"
        case .patternMessage(let pattern, let channel, let payload):
            return "pmessage \(text(pattern)) \(text(channel)) \(text(payload))"
        case .shardMessage(let channel, let payload): return "smessage \(text(channel)) \(text(payload))"
        case .oversizedMessage(let subscription, let channel, let byteCount):
            return "oversized \(subscription.kind.prefix)\(text(channel)) \(byteCount)"
        case .subscription(.confirmed(let it)): return "confirmed \(it.kind.prefix)\(text(it.name))"
        case .subscription(.refused(let it, _)): return "refused \(it.kind.prefix)\(text(it.name))"
        case .subscription(.withdrawn(let it)): return "withdrawn \(it.kind.prefix)\(text(it.name))"
        case .subscription(.settled): return "settled"
        case .probed: return "probed"
        case .failed(let failure):
            switch failure {
            case .malformed: return "failed malformed"
            case .greeting(.refused), .refused: return "failed refused"
            case .greeting(.unexpectedReply), .unexpectedReply: return "failed unexpected"
            case .greetingTimedOut: return "failed greeting-timed-out"
            case .silent: return "failed silent"
            }
        }
    }
}

extension Subscription.Kind {
    /// The word that an event of a fixture puts before the name.
    fileprivate var prefix: String {
        switch self {
        case .channel: ""
        case .pattern: "pattern "
        case .shardChannel: "shard "
        }
    }
}

@Suite("RESP specification: sessions of a client")
struct ClientSessionTests {
    @Test(
        "a session goes as written down, also when the server's bytes come one by one",
        arguments: Fixture.load("resp/sessions.jsonl"), [false, true])
    func plays(fixture: Fixture, isByteByByte: Bool) throws {
        var runner = SessionRunner(fixture, isByteByByte: isByteByByte)
        for step in try #require(fixture.json["steps"] as? [[String: Any]]) { try runner.play(step) }
        runner.finish()
    }

    @Test("R11 nothing but the greeting is written before all of it is answered, whatever is wanted")
    func greetingIsAUnit() throws {
        var configuration = ClientSession.Configuration()
        configuration.greeting.credentials = Credentials(user: nil, password: Array("sekret".utf8))
        configuration.greeting.database = 2
        var session = ClientSession(role: .publications, configuration, now: 0)
        for name in ["a", "b"] { session.subscribe(.channel(Array(name.utf8))) }
        session.subscribe(.pattern(Array("n*".utf8)))
        func output() -> String {
            var bytes: [UInt8] = []
            session.takeOutput(into: &bytes, now: 0)
            return String(decoding: bytes, as: UTF8.self)
        }
        func receive(_ text: String) -> [ClientSession.Event] {
            let bytes = Array(text.utf8)
            var offset = 0
            var events: [ClientSession.Event] = []
            while true {
                let event = session.nextEvent(in: bytes.span, offset: &offset)
                if event == .needsMoreBytes { return events }
                events.append(event)
            }
        }
        // RESP, HELLO: protocol, AUTH and SETNAME in one command.
        let hello = output()
        #expect(hello.hasPrefix("*7\r\n$5\r\nHELLO\r\n"))
        #expect(hello.hasSuffix("$7\r\nSETNAME\r\n$7\r\nrookery\r\n"))
        #expect(output() == "")
        #expect(receive("%1\r\n+version\r\n+7.0.15\r\n") == [])
        // The database is part of the unit.
        #expect(output() == "*2\r\n$6\r\nSELECT\r\n$1\r\n2\r\n")
        #expect(output() == "")
        let events = receive("+OK\r\n")
        guard case .greeted(let welcome) = events.first, events.count == 1 else {
            Issue.record("\(events)")
            return
        }
        #expect(welcome.protocolVersion == 3)
        #expect(welcome.serverVersion == "7.0.15")
        #expect(
            output() == "*3\r\n$9\r\nSUBSCRIBE\r\n$1\r\na\r\n$1\r\nb\r\n*2\r\n$10\r\nPSUBSCRIBE\r\n$2\r\nn*\r\n")
    }
}
