// A program under test that sends for ever, or much more than was asked for: a case ends, in bounded time and memory, and says so.
import EventLoop
import Testing

@testable import Bench

@Suite("a peer that sends without end")
struct EndlessPeerTests {
    /// What a peer sends again and again until we are gone.
    private func withPeer(
        repeating bytes: [UInt8], patienceMilliseconds: Int = 100, _ body: (PatientSocket, CaseAttempt) throws -> Void
    ) throws {
        let (ours, theirs) = try Socket.pair()
        let sender = try Threads.start("endless") {
            while true {
                _ = Socket.wait(theirs, toSend: true, milliseconds: 1_000)
                if case .failed = Socket.send(theirs, bytes.span) { break }
            }
            Socket.close(theirs)
        }
        defer { sender.join() }
        let attempt = CaseAttempt(number: 0, patienceMilliseconds: patienceMilliseconds, isAlone: true)
        let socket = PatientSocket(accepted: ours, attempt)
        try body(socket, attempt)
    }

    private static let frame = HandFrame(HandFrame.Opcode.binary, [UInt8](repeating: 1, count: 1_000))

    @Test("what is there is taken when the time is just over, and nothing when it has been over for long")
    func waiting() throws {
        try withPeer(repeating: [UInt8](repeating: 7, count: 1 << 20)) { socket, attempt in
            #expect(socket.waitForMore(until: Instant.now().adding(milliseconds: 10_000)) == .bytes)
            // The kernel holds more than was taken.
            #expect(socket.waitForMore(until: Instant.now().adding(milliseconds: -1)) == .bytes)
            let longAgo = Instant.now().adding(milliseconds: -PatientSocket.graceMilliseconds - 1)
            #expect(socket.waitForMore(until: longAgo) == .tooMuch)
        }
    }

    @Test("what nobody takes is kept up to a limit")
    func memory() throws {
        try withPeer(repeating: [UInt8](repeating: 7, count: 1 << 20), patienceMilliseconds: 60_000) {
            socket, attempt in
            let deadline = attempt.deadline()
            while socket.waitForMore(until: deadline) == .bytes {}
            #expect(socket.waitForMore(until: deadline) == .tooMuch)
            #expect(socket.inbox.count < PatientSocket.inboxBytesMax + (1 << 20))
        }
    }

    @Test("pongs, pings and messages for ever are no answer, and leaving such a peer takes no longer")
    func frames() throws {
        for frame in [HandFrame(HandFrame.Opcode.pong, [1]), HandFrame(HandFrame.Opcode.ping), Self.frame] {
            try withPeer(repeating: frame.bytes(masks: false)) { socket, attempt in
                let begun = Instant.now()
                let peer = WebSocketPeer(socket, attempt, isClient: true, comparesKinds: true)
                #expect(throws: CaseStop.self) { try peer.expectMessage(.text, [65], "") }
                #expect(throws: CaseStop.self) { try peer.expectPong([9], "") }
                peer.leave()
                #expect(Instant.now().milliseconds(since: begun) < 20 * PatientSocket.graceMilliseconds)
            }
        }
    }
}
