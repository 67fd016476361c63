import Testing
import WSProtocol

@Suite("RFC 6455 §5.2 borders between our own frames")
struct FrameBorderTests {
    /// A span cannot go through the macros.
    private func border(_ offset: Int, _ run: [UInt8]) -> Int? { FrameBorder.following(offset, in: run.span) }

    @Test("the border after each offset is where the frame that contains it ends")
    func borders() {
        var run: [UInt8] = []
        var ends: [Int] = [0]
        for count in [0, 5, 125, 126, 300, 65_535, 65_536, 1] {
            FrameEncoder.append(.binary, payload: [UInt8](repeating: 0x88, count: count).span, to: &run)
            ends.append(run.count)
        }
        for offset in stride(from: 0, through: run.count, by: 37) {
            #expect(border(offset, run) == ends.first { $0 >= offset })
        }
        for end in ends {
            #expect(border(end, run) == end)
            if end < run.count { #expect(border(end + 1, run) == ends.first { $0 > end }) }
        }
    }

    @Test("bytes that do not reach the border, or an offset outside, have none")
    func outside() {
        var run: [UInt8] = []
        FrameEncoder.append(.text, payload: Array("Hello".utf8).span, to: &run)
        run.removeLast()
        #expect(border(0, run) == 0)
        #expect(border(1, run) == nil)
        #expect(border(7, run) == nil)
        #expect(border(-1, run) == nil)
        let broken: [UInt8] = [0x82, 127, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1]
        #expect(border(3, broken) == nil)
    }

    @Test("a Close frame put at the border reads as the last frame")
    func closeAtTheBorder() throws {
        var run: [UInt8] = []
        for _ in 0..<3 { FrameEncoder.append(.text, payload: Array("Hello".utf8).span, to: &run) }
        for sent in 0...run.count {
            let found = FrameBorder.following(sent, in: run.span)
            let border = try #require(found)
            var wire = Array(run[..<border])
            FrameEncoder.appendClose(.slow, reason: "slow", to: &wire)
            let heard = FrameRunner.run([wire], role: .client)
            #expect(heard.last == .close(3008, "slow"))
            #expect(heard.dropLast().allSatisfy { $0 == .text("Hello") })
        }
    }
}
