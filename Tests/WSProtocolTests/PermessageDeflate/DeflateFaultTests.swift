import TestSupport
import Testing
import WSProtocol

@Suite("RFC 7692 §8 what a hostile peer compresses")
struct DeflateFaultTests {
    private static let noTakeover = PermessageDeflate(serverNoContextTakeover: true, clientNoContextTakeover: true)

    /// A masked frame with the key 00000000, lengths as they come.
    private func frame(_ first: UInt8, _ payload: [UInt8]) -> [UInt8] {
        let count = payload.count
        var bytes = [first]
        switch count {
        case ..<126: bytes.append(0x80 | UInt8(count))
        case ..<65_536: bytes += [0xFE, UInt8(count >> 8), UInt8(count & 0xFF)]
        default: bytes += [0xFF] + stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: count >> $0) }
        }
        return bytes + [0, 0, 0, 0] + payload
    }

    @Test("W4 a gibibyte of zeros is refused at the limit, in memory of the limit's size")
    func bomb() {
        let payload = DeflateBomb.bytes(zeros: 1 << 30)
        #expect(payload.count < 7_000_000)
        for takesOver in [false, true] {
            for scratch in [nil, InflateScratch()] {
                let deflate = takesOver ? PermessageDeflate() : Self.noTakeover
                var runner = FrameRunner(role: .server, deflate: deflate, scratch: scratch)
                runner.receive([0xC2, 0xFE, 0xFF, 0xFF, 0, 0, 0, 0] + payload.prefix(65_535))
                #expect(runner.heard == [.failed(1009)])
                #expect(runner.connection.assembled.capacity <= 256 << 10)
                // What still comes finds no inflater any more.
                runner.receive(Array(payload[65_535...]))
                #expect(runner.heard == [.failed(1009)] && !runner.connection.isMidMessage)
            }
        }
    }

    @Test("W4 a gibibyte of zeros in fragments, below a limit that would hold it, never costs more than it gave")
    func bombInFragments() {
        var limits = WSLimits()
        limits.messageBytesMax = 8 << 20
        let payload = DeflateBomb.bytes(zeros: 1 << 30)
        var runner = FrameRunner(role: .server, deflate: Self.noTakeover, scratch: InflateScratch())
        runner.limits = limits
        var rest = payload[...]
        var first: UInt8 = 0x42
        while !rest.isEmpty && runner.heard.isEmpty {
            runner.receive(frame(first, Array(rest.prefix(1_000))))
            rest = rest.dropFirst(1_000)
            first = 0x00
            if runner.connection.assembled.capacity > 18 << 20 { Issue.record("more than twice the limit") }
        }
        #expect(runner.heard == [.failed(1009)])
        #expect(payload.count - rest.count < 60_000, "8 MiB are reached after 53 KB")
    }

    @Test("D6 ten megabytes of empty blocks are no message: refused when no message could need them")
    func emptyBlocks() {
        // Stored, and four of the fixed code. A debug build takes a millisecond for one of these: a small limit for them.
        let table: [(block: [UInt8], limit: Int, blocks: Int)] = [
            ([0, 0, 0, 0xFF, 0xFF], 65_536, 2_000), ([0x02, 0x08, 0x20, 0x80, 0x00], 100, 40),
        ]
        for (block, limit, blocks) in table {
            var runner = FrameRunner(role: .server, deflate: Self.noTakeover, scratch: InflateScratch())
            runner.limits.messageBytesMax = limit
            runner.receive(frame(0x41, block))
            let piece = frame(0x00, [UInt8]((0..<blocks).lazy.flatMap { _ in block }))
            var sent = 0
            while sent < 10_000_000 && runner.heard.isEmpty {
                runner.receive(piece)
                sent += piece.count
            }
            #expect(runner.heard == [.failed(1009)])
            #expect(sent < 2_000 + limit * 3 / 2, "\(sent) bytes for a message of at most \(limit)")
        }
    }

    @Test("D6 the Close says which limit a compressed message broke: that of its frames, or that of the message")
    func words() {
        var limits = WSLimits()
        limits.messageBytesMax = 1_000
        // 1,000 and an eighth of it, 1,024 and 16 for the one fragment are 2,165: one more is announced, or 1,001 bytes come out.
        let tooLong: [UInt8] = [0xC2, 0x80 | 126, 0x08, 0x76]
        let tooLarge = frame(0xC2, [0x00, 0xE9, 0x03, 0x16, 0xFC] + [UInt8](repeating: 7, count: 1_001))
        for (bytes, words) in [
            (tooLong, "a message is compressed into more than 2165 bytes, more than any needs"),
            (tooLarge, "a message is longer than 1000 bytes"),
        ] {
            var connection = WSConnection(role: .server, deflate: Self.noTakeover)
            var input = bytes
            var offset = 0
            var span = input.mutableSpan
            guard case .failed(let failure) = connection.nextEvent(in: &span, offset: &offset, limits: limits) else {
                Issue.record("taken: \(words)")
                continue
            }
            #expect(failure.closeCode == .messageTooBig)
            #expect(failure.description == words)
        }
    }

    @Test("W4 a message that fits its limit is taken however badly it is compressed")
    func badlyCompressed() {
        var limits = WSLimits()
        limits.messageBytesMax = 1_000
        var runner = FrameRunner(role: .server, deflate: Self.noTakeover)
        runner.limits = limits
        // Each byte in a fragment and a stored block of its own: six bytes for one.
        for index in 0..<999 { runner.receive(frame(index == 0 ? 0x42 : 0x00, [0, 1, 0, 0xFE, 0xFF, 7])) }
        runner.receive(frame(0x80, [0, 1, 0, 0xFE, 0xFF, 7, 0]))
        #expect(runner.heard == [.binary([UInt8](repeating: 7, count: 1_000))])
    }

    @Test("W5 an idle connection with compression is 16 bytes, and keeps nothing of the messages before")
    func idle() {
        #expect(MemoryLayout<WSConnection>.size <= 16)
        #expect(MemoryLayout<PermessageDeflate?>.size <= 4)
        let scratch = InflateScratch()
        var runner = FrameRunner(role: .server, deflate: Self.noTakeover, scratch: scratch)
        for cut in [1, 8, 100] {
            let wire = frame(0xC1, [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00])
            runner.receive(Array(wire.prefix(cut)))
            runner.receive(Array(wire.dropFirst(cut)))
            #expect(!runner.connection.isMidMessage && runner.connection.assembled.capacity == 0)
        }
        #expect(runner.heard == [.text("Hello"), .text("Hello"), .text("Hello")])
    }

    @Test("X1 D5 W5 any bytes at all give the same events for every way to cut them, and never trap")
    func mutated() throws {
        var generator = SplitMix(seed: 0xDEF1)
        let seeds = Fixture.load("ws/permessage-deflate.jsonl").filter { ($0.bytes("wire")?.count ?? 0) < 400 }
        let scratch = InflateScratch()
        for round in 0..<3_000 {
            let fixture = seeds[round % seeds.count]
            var wire = try #require(fixture.bytes("wire"))
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let index = Int.random(in: 0..<wire.count, using: &generator)
                wire[index] ^= 1 << UInt8.random(in: 0...7, using: &generator)
            }
            let run = { (pieces: [[UInt8]], scratch: InflateScratch?) in
                FrameRunner.run(
                    pieces, role: fixture.role, limits: fixture.wsLimits, deflate: fixture.deflate, scratch: scratch)
            }
            let whole = run([wire], scratch)
            let cut = Int.random(in: 0...wire.count, using: &generator)
            let single = run(wire.map { [$0] }, nil)
            let halves = run([Array(wire[..<cut]), Array(wire[cut...])], scratch)
            if whole != single || whole != halves || whole != run([wire], nil) {
                Issue.record("\(fixture.id) \(wire): \(whole), \(single), \(halves)")
            }
        }
    }
}
