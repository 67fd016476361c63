import Testing
import TestSupport
import WSProtocol

@Suite("RFC 6455 §5, §7, §8 frames and messages")
struct FrameFixtureTests {
    static let cases = ["frames", "fragmentation", "close", "early-utf8"].flatMap { Fixture.load("ws/\($0).jsonl") }

    @Test(
        "W8 masks, reserved bits, opcodes and lengths are exactly the RFC's", arguments: Fixture.load("ws/frames.jsonl")
    )
    func frames(_ fixture: Fixture) throws { try everySplit(fixture) }

    @Test(
        "W9 fragments and control frames between them are exactly the RFC's",
        arguments: Fixture.load("ws/fragmentation.jsonl"))
    func fragmentation(_ fixture: Fixture) throws { try everySplit(fixture) }

    @Test("W10 close codes and reasons are exactly the RFC's", arguments: Fixture.load("ws/close.jsonl"))
    func close(_ fixture: Fixture) throws { try everySplit(fixture) }

    @Test("W10 a bad byte of a text fails before its frame is complete", arguments: Fixture.load("ws/early-utf8.jsonl"))
    func earlyUTF8(_ fixture: Fixture) throws { try everySplit(fixture) }

    /// The same events whole, byte by byte and split at every position.
    private func everySplit(_ fixture: Fixture) throws {
        let wire = try #require(fixture.bytes("wire"))
        let expected = fixture.heard
        for pieces in EverySplit.of(wire, isCostly: wire.count > 4_096) {
            let heard = FrameRunner.run(pieces, role: fixture.role, limits: fixture.wsLimits)
            guard heard != expected else { continue }
            Issue.record("pieces of \(pieces.prefix(3).map(\.count)): \(heard.prefix(12))")
            return
        }
    }

    @Test("trailing bytes after a failure change nothing", arguments: cases.filter { $0.json["error"] != nil })
    func trailing(_ fixture: Fixture) throws {
        let wire = try #require(fixture.bytes("wire"))
        let more: [UInt8] = [0x81, 0x80, 0, 0, 0, 0, 0xFF, 0x89, 0x00]
        #expect(FrameRunner.run([wire, more], role: fixture.role, limits: fixture.wsLimits) == fixture.heard)
        #expect(FrameRunner.run([wire + more], role: fixture.role, limits: fixture.wsLimits) == fixture.heard)
    }

    @Test("a payload that lies whole in the input is handed out in place")
    func inPlace() {
        var wire: [UInt8] = [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]
        var connection = WSConnection(role: .server)
        var offset = 0
        var span = wire.mutableSpan
        let event = connection.nextEvent(in: &span, offset: &offset, limits: WSLimits())
        #expect(event == .text(.input(6..<11)))
        #expect(offset == 11)
        #expect(Array(wire[6...]) == Array("Hello".utf8))
    }

    @Test("an idle connection is 16 bytes, an event and a failure hold no reference")
    func sizes() {
        #expect(MemoryLayout<WSConnection>.size <= 16)
        #expect(MemoryLayout<WSFailure>.stride <= 24)
        #expect(MemoryLayout<WSEvent>.stride <= 32)
        #expect(MemoryLayout<KeepAlive>.stride <= 8)
        #expect(_isPOD(WSEvent.self) && _isPOD(WSFailure.self))
    }

    @Test("after a message the connection is idle again")
    func idleAgain() {
        var runner = FrameRunner(role: .server)
        runner.receive([0x01, 0x81, 0, 0, 0, 0, 0x61])
        #expect(runner.connection.isMidMessage)
        runner.receive([0x80, 0x81, 0, 0, 0, 0, 0x62, 0x82])
        #expect(runner.heard == [.text("ab")])
        #expect(runner.connection.isMidMessage)
        runner.receive([0x80, 0, 0, 0, 0])
        #expect(!runner.connection.isMidMessage)
        #expect(runner.connection.assembled.isEmpty)
    }
}
