import EventLoop
import Glibc
import Testing

@Suite("What an event means for a connection")
struct StreamVerdictTests {
    private let reset = SystemError(operation: "receive", errno: ECONNRESET)

    @Test("E3 an event that hangs up or has an error ends the connection, once everything before it is read")
    func hangUp() {
        for readiness in [Readiness.hangUp, .error, [.hangUp, .error], [.readable, .hangUp]] as [Readiness] {
            #expect(StreamVerdict.afterReceive(readiness, .bytes(1)) == .goOn)
            #expect(StreamVerdict.afterReceive(readiness, .wouldBlock) == .ended(nil))
            #expect(StreamVerdict.afterReceive(readiness, .failed(reset)) == .ended(reset))
        }
        #expect(StreamVerdict.afterReceive([.readable, .hangUp], .endOfStream) == .ended(nil))
    }

    @Test("E4 a peer that has only ended its direction may still listen")
    func halfClose() {
        #expect(StreamVerdict.afterReceive(.readable, .endOfStream) == .peerFinished)
    }

    @Test("an event without more leaves the connection as it is")
    func goOn() {
        #expect(StreamVerdict.afterReceive(.readable, .bytes(65_536)) == .goOn)
        #expect(StreamVerdict.afterReceive(.readable, .wouldBlock) == .goOn)
        #expect(StreamVerdict.afterReceive(.readable, .failed(reset)) == .ended(reset))
    }

    @Test("hang-ups and errors ask for a receive, whatever was asked for")
    func mustReceive() {
        #expect(!Readiness.hangUp.isDisjoint(with: .mustReceive))
        #expect(!Readiness.error.isDisjoint(with: .mustReceive))
        #expect(Readiness.writable.isDisjoint(with: .mustReceive))
    }
}
