import TestSupport
import Testing
import WSProtocol

@Suite("RFC 7692 §6, §7.2.2 compressed messages")
struct PermessageDeflateFixtureTests {
    static let cases = Fixture.load("ws/permessage-deflate.jsonl")

    @Test(
        "W5 D7 RSV1, blocks, windows and contexts are exactly the RFC's, however the bytes are cut", arguments: cases)
    func everySplit(_ fixture: Fixture) throws {
        let wire = try #require(fixture.bytes("wire"))
        let expected = fixture.heard
        let outputCount = expected.reduce(0) { $0 + $1.byteCount }
        for pieces in EverySplit.of(wire, isCostly: wire.count + outputCount > 4_096) {
            // With the memory a loop lends for whole messages and without: the same events.
            for scratch in [nil, InflateScratch()] {
                let heard = FrameRunner.run(
                    pieces, role: fixture.role, limits: fixture.wsLimits, deflate: fixture.deflate, scratch: scratch)
                guard heard != expected else { continue }
                Issue.record("pieces of \(pieces.prefix(3).map(\.count)): \(heard.prefix(12))")
                return
            }
        }
    }

    @Test("trailing bytes after a failure change nothing", arguments: cases.filter { $0.json["error"] != nil })
    func trailing(_ fixture: Fixture) throws {
        let wire = try #require(fixture.bytes("wire"))
        var runner = FrameRunner(role: fixture.role, deflate: fixture.deflate, scratch: InflateScratch())
        runner.limits = fixture.wsLimits
        runner.receive(wire)
        runner.receive([0xC1, 0x81, 0, 0, 0, 0, 0x00, 0xC1, 0x01, 0x00, 0x89, 0x00])
        #expect(runner.heard == fixture.heard)
        #expect(runner.connection.closing == .failed && !runner.connection.isMidMessage)
    }

    /// Sessions share one scratch, as the connections of a loop do.
    @Test("the connections of a loop do not disturb each other in the scratch they share")
    func sharedScratch() throws {
        let scratch = InflateScratch()
        for _ in 0..<3 {
            for fixture in Self.cases {
                let wire = try #require(fixture.bytes("wire"))
                let heard = FrameRunner.run(
                    [wire], role: fixture.role, limits: fixture.wsLimits, deflate: fixture.deflate, scratch: scratch)
                #expect(heard == fixture.heard, "\(fixture.id)")
            }
        }
    }
}
