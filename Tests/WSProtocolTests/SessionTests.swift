import TestSupport
import Testing
import WSProtocol

@Suite("RFC 6455 §5.5, §7 sessions and the closing handshake")
struct SessionTests {
    static let cases = ["sessions", "permessage-deflate-sessions"].flatMap { Fixture.load("ws/\($0).jsonl") }

    /// What a caller does with a connection: answers pings and closes, and notes what it sends.
    private struct Caller {
        var runner: FrameRunner
        var output: [UInt8] = []
        private var answered = 0

        init(role: Role, deflate: PermessageDeflate?) { runner = FrameRunner(role: role, deflate: deflate) }

        mutating func receive(_ bytes: [UInt8]) {
            runner.receive(bytes)
            while answered < runner.heard.count {
                switch runner.heard[answered] {
                case .ping(let payload): append(.pong, payload)
                case .close(let code, _): close(code.map(CloseCode.init), only: .closeReceived)
                case .failed(let code): close(CloseCode(rawValue: code), only: .failed)
                case .text, .binary, .pong: break
                }
                answered += 1
            }
        }

        mutating func close(_ code: CloseCode?, reason: String = "", only state: Closing) {
            guard runner.connection.closing == state else { return }
            if runner.connection.role == .client {
                FrameEncoder.appendMaskedClose(code, reason: reason, maskingKey: 0, to: &output)
            } else {
                FrameEncoder.appendClose(code, reason: reason, to: &output)
            }
            runner.connection.sentClose()
        }

        private mutating func append(_ opcode: Opcode, _ payload: [UInt8]) {
            if runner.connection.role == .client {
                FrameEncoder.appendMasked(opcode, payload: payload.span, maskingKey: 0, to: &output)
            } else {
                FrameEncoder.append(opcode, payload: payload.span, to: &output)
            }
        }
    }

    @Test("W10 each session goes as written, whatever the reads cut", arguments: cases)
    func sessions(_ fixture: Fixture) throws {
        let steps = try #require(fixture.json["steps"] as? [[String: Any]])
        for pieceCount in [Int.max, 1, 2, 3, 7] { try run(steps, fixture, pieceCount: pieceCount) }
    }

    private func run(_ steps: [[String: Any]], _ fixture: Fixture, pieceCount: Int) throws {
        let role = fixture.role
        var caller = Caller(role: role, deflate: fixture.deflate)
        var seen = 0
        for step in steps {
            if let wire = step["receive"].flatMap(Fixture.bytes(from:)) {
                var rest = wire[...]
                while !rest.isEmpty {
                    caller.receive(Array(rest.prefix(pieceCount)))
                    rest = rest.dropFirst(pieceCount)
                }
            } else if let event = step["event"] as? [String: Any] {
                try #require(seen < caller.runner.heard.count)
                #expect(caller.runner.heard[seen] == Fixture.heard(event))
                seen += 1
            } else if let send = step["send"] as? [String: Any] {
                let code = (send["close"] as? Int).map { CloseCode(rawValue: UInt16($0)) }
                caller.close(code, reason: send["reason"] as? String ?? "", only: .open)
            } else if let output = step["output"].flatMap(Fixture.bytes(from:)) {
                #expect(caller.output == output)
                caller.output = []
            } else if let code = step["closes"] as? Int {
                var reader = FrameRunner(role: role == .server ? .client : .server)
                reader.receive(caller.output)
                #expect(reader.heard == [.close(UInt16(code), "")])
                caller.output = []
            } else if let state = step["state"] as? String {
                #expect("\(caller.runner.connection.closing)" == state)
            } else if step.keys.contains("end") {
                let code = caller.runner.connection.receiveEndOfStream()
                #expect(code.map { Int($0.rawValue) } == step["end"] as? Int)
            }
        }
        #expect(seen == caller.runner.heard.count, "no event is left over")
    }

    @Test("each state of the closing handshake goes where the picture says")
    func transitions() {
        let masked: [UInt8] = [0x88, 0x80, 0, 0, 0, 0]
        let broken: [UInt8] = [0x83, 0x80, 0, 0, 0, 0]
        func state(_ steps: (inout FrameRunner) -> Void...) -> Closing {
            var runner = FrameRunner(role: .server)
            for step in steps { step(&runner) }
            return runner.connection.closing
        }
        let send = { (runner: inout FrameRunner) in runner.connection.sentClose() }
        let close = { (runner: inout FrameRunner) in runner.receive(masked) }
        let fail = { (runner: inout FrameRunner) in runner.receive(broken) }
        #expect(state() == .open)
        #expect(state(send) == .closeSent)
        #expect(state(close) == .closeReceived)
        #expect(state(fail) == .failed)
        #expect(state(send, close) == .closed)
        #expect(state(close, send) == .closed)
        #expect(state(fail, send) == .closed)
        #expect(state(send, fail) == .closed)
        #expect(state(send, send) == .closeSent)
        #expect(state(close, close) == .closeReceived)
        #expect(state(fail, close) == .failed)
        #expect(state(close, send, fail, close, send) == .closed)
    }
}
