// A Redis that does as it is asked. Subscriptions: wishes come and go in any order, answers come early or late, and in the end what is
// wanted is confirmed, and nothing else. Commands: each has its own reply, whatever is pushed between two of them.

import RESP

struct RESPObedientServer {
    private var session = ClientSession(role: .publications, .init(), now: 0)
    /// What the server has said and the session has not heard yet.
    private var answers = Array("%1\r\n+version\r\n+7.0.0\r\n".utf8)
    private var wanted: Set<Subscription> = []

    /// Each of the bytes is a step: two bits say what to do, two the kind of the name, two the name.
    static func check(_ steps: [UInt8]) {
        var server = RESPObedientServer()
        var hello: [UInt8] = []
        server.session.takeOutput(into: &hello, now: 0)
        server.deliver()
        for step in steps { server.take(step) }
        // One turn to ask for what was wished last, one more for what was given up while it was asked for.
        for _ in 0..<3 {
            server.answer()
            server.deliver()
        }
        for choice in UInt8(0)..<16 {
            let name = RESPObedientServer.name(choice << 2)
            let isConfirmed = server.session.subscriptions.isConfirmed(name)
            demand(isConfirmed == server.wanted.contains(name), "\(name) is confirmed: \(isConfirmed)")
        }
    }

    private static func name(_ step: UInt8) -> Subscription {
        let kinds: [Subscription.Kind] = [.channel, .pattern, .shardChannel, .channel]
        return Subscription(kinds[Int(step >> 2 & 3)], [UInt8(ascii: "a") + step >> 4 & 3])
    }

    private mutating func take(_ step: UInt8) {
        let name = RESPObedientServer.name(step)
        switch step & 3 {
        case 0:
            session.subscribe(name)
            wanted.insert(name)
        case 1:
            session.unsubscribe(name)
            wanted.remove(name)
        case 2: answer()
        default: deliver()
        }
    }

    /// The server reads what was written, and answers each name of each command.
    private mutating func answer() {
        var output: [UInt8] = []
        session.takeOutput(into: &output, now: 0)
        var decoder = RESPDecoder(limits: RESPLimits())
        var offset = 0
        while case .value(.array(let words))? = try? decoder.nextEvent(in: output.span, offset: &offset) {
            let verb = (words.first?.bytes ?? []).map { $0 | 0x20 }
            for name in words.dropFirst() {
                answers += Array(">3\r\n+".utf8) + verb + Array("\r\n+".utf8) + (name.bytes ?? [])
                answers += Array("\r\n:1\r\n".utf8)
            }
        }
        demand(offset == output.count, "the session writes commands")
    }

    /// The session hears all that was said.
    private mutating func deliver() {
        var offset = 0
        let said = answers
        loop: while true {
            switch session.nextEvent(in: said.span, offset: &offset) {
            case .needsMoreBytes: break loop
            case .failed(let failure): fatalError("PROPERTY BROKEN: all was answered as it was asked: \(failure)")
            default: continue
            }
        }
        demand(offset == answers.count, "all input is used")
        answers = []
    }
}

/// The same for commands: every reply is the number of its command.
struct RESPObedientCommands {
    private var session = ClientSession(role: .commands, .init(), now: 0)
    private var answers = Array("%1\r\n+version\r\n+7.0.0\r\n".utf8)
    private var probes = 0
    private var probed = 0
    private var sent: UInt64 = 0
    private var replied: UInt64 = 0

    /// Two bits of each of the bytes say what to do.
    static func check(_ steps: [UInt8]) {
        var server = RESPObedientCommands()
        server.deliver()
        for step in steps { server.take(step) }
        server.deliver()
        demand(server.replied == server.sent && server.probed == server.probes, "everything was answered")
    }

    private mutating func take(_ step: UInt8) {
        switch step & 3 {
        case 0:
            sent = session.publish([step].span, on: [UInt8(ascii: "a")]) + 1
            answers += Array(":\(sent - 1)\r\n".utf8)
        case 1:
            session.probe()
            probes += 1
            answers += Array("+PONG\r\n".utf8)
        case 2: answers += Array(step & 4 == 0 ? ">2\r\n+invalidate\r\n_\r\n".utf8 : ">1\r\n+x\r\n".utf8)
        default: deliver()
        }
    }

    private mutating func deliver() {
        var offset = 0
        let said = answers
        loop: while true {
            switch session.nextEvent(in: said.span, offset: &offset) {
            case .needsMoreBytes: break loop
            case .failed(let failure): fatalError("PROPERTY BROKEN: all was answered as it was asked: \(failure)")
            case .reply(let number, let value):
                demand(number == replied && value == .integer(Int64(number)), "reply \(number) is \(value)")
                replied += 1
            case .probed: probed += 1
            default: continue
            }
        }
        answers = []
    }
}
