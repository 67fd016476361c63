@testable import RESP
import TestSupport
import Testing

@Suite("Replies and the commands they belong to")
struct PendingRepliesTests {
    @Test("slots are given back in the order they were taken, whatever their owners")
    func order() {
        var pending = PendingReplies()
        var generator = SplitMix(seed: 3)
        var model: [PendingReplies.Owner] = []
        for _ in 0..<20_000 {
            if generator.next() % 2 == 0 {
                let owners: [PendingReplies.Owner] = [
                    .command, .keepAlive, .probe, .subscribe(channels: 2), .unsubscribe(channels: 1),
                ]
                let owner = owners[Int(generator.next() % 5)]
                pending.append(owner)
                model.append(owner)
            } else if !model.isEmpty {
                #expect(pending.next == model.removeFirst())
                pending.removeFirst()
            }
            #expect(pending.count == model.count)
        }
    }

    private func readySession(now: UInt64 = 0) -> ClientSession {
        var session = ClientSession(role: .commands, .init(), now: now)
        var output: [UInt8] = []
        session.takeOutput(into: &output, now: now)
        let hello = Array("%0\r\n".utf8)
        var offset = 0
        guard case .greeted = session.nextEvent(in: hello.span, offset: &offset) else {
            Issue.record("not greeted")
            return session
        }
        return session
    }

    @Test("R1 ten thousand commands, a third of them given up: each reply meets its own command")
    func givenUp() throws {
        var generator = SplitMix(seed: 5)
        var session = readySession()
        var waiting: [UInt64: Int] = [:]
        var wire: [UInt8] = []
        for value in 0..<10_000 {
            let number = try session.send([Array("ECHO".utf8), Array("\(value)".utf8)])
            // Giving up is only forgetting: the slot stays taken.
            if generator.next() % 3 != 0 { waiting[number] = value }
            wire += Array(":\(value)\r\n".utf8)
        }
        #expect(session.unansweredCommands == 10_000)
        var offset = 0
        var met = 0
        while case .reply(let number, let value) = session.nextEvent(in: wire.span, offset: &offset) {
            guard let expected = waiting.removeValue(forKey: number) else { continue }
            #expect(value == .integer(Int64(expected)))
            met += 1
        }
        #expect(waiting.isEmpty)
        #expect(met > 6_000)
        #expect(session.unansweredCommands == 0)
    }

    @Test("R1 a reply nobody waits for ends the connection: nobody knows whose it is")
    func surplus() throws {
        var session = readySession()
        let number = try session.send([Array("PING".utf8)])
        let wire = Array("+PONG\r\n+PONG\r\n".utf8)
        var offset = 0
        let first = session.nextEvent(in: wire.span, offset: &offset)
        #expect(first == .reply(number, .simpleString(Array("PONG".utf8))))
        guard case .failed(.unexpectedReply) = session.nextEvent(in: wire.span, offset: &offset) else {
            Issue.record("a surplus reply was taken")
            return
        }
        let last = session.nextEvent(in: wire.span, offset: &offset)
        #expect(last == .needsMoreBytes)
    }

    @Test("R3 a flood of pushes between the replies of a pipeline shifts none of them")
    func pushesBetweenReplies() throws {
        var generator = SplitMix(seed: 9)
        var session = readySession()
        var wire: [UInt8] = []
        for value in 0..<1_000 {
            try session.send([Array("GET".utf8), Array("\(value)".utf8)])
            for _ in 0..<generator.next() % 4 {
                let pushes = [
                    ">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$3\r\n:99\r\n", ">2\r\n+invalidate\r\n*1\r\n$1\r\nk\r\n",
                    ">4\r\n$8\r\npmessage\r\n$1\r\n*\r\n$1\r\nc\r\n$1\r\nx\r\n", ">3\r\n+message\r\n+c\r\n-ERR x\r\n",
                ]
                wire += Array(pushes[Int(generator.next() % 4)].utf8)
            }
            wire += Array("$\(String(value).utf8.count)\r\n\(value)\r\n".utf8)
        }
        var next = 0
        for chunk in stride(from: 0, to: wire.count, by: 777) {
            let piece = Array(wire[chunk..<min(chunk + 777, wire.count)])
            var offset = 0
            loop: while true {
                switch session.nextEvent(in: piece.span, offset: &offset) {
                case .reply(let number, let value):
                    #expect(number == UInt64(next))
                    #expect(value == .bulkString(Array("\(next)".utf8)))
                    next += 1
                case .message, .patternMessage: break
                case .needsMoreBytes: break loop
                case let other:
                    Issue.record("\(other)")
                    return
                }
            }
        }
        #expect(next == 1_000)
    }
}
