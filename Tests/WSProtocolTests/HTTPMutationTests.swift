import TestSupport
import Testing
import WSProtocol

@Suite("RFC 9112 whatever a peer sends")
struct HTTPMutationTests {
    /// Changes, removes or repeats a few bytes.
    private func mutate(_ seed: [UInt8], _ generator: inout SplitMix) -> [UInt8] {
        var wire = seed
        let pieces: [[UInt8]] = [
            [0x0D, 0x0A], [0x0A], [0x0D], [0x20], [0x3A], [0x00], [0x09], [0x2C], [0x3B], [0xFF], [0x25],
        ]
        for _ in 0..<Int.random(in: 1...3, using: &generator) where !wire.isEmpty {
            let index = Int.random(in: 0..<wire.count, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: wire[index] = UInt8.random(in: 0...255, using: &generator)
            case 1: wire.remove(at: index)
            case 2: wire.insert(contentsOf: pieces.randomElement(using: &generator)!, at: index)
            default: wire.insert(contentsOf: wire[index..<min(index + 9, wire.count)], at: index)
            }
        }
        return wire
    }

    @Test("X1 H4 any change to a head gives the same answer for every way to cut it, and never traps")
    func heads() {
        var generator = SplitMix(seed: 1)
        let seeds = (Fixture.load("http/heads.jsonl") + Fixture.load("ws/server-handshakes.jsonl"))
            .compactMap { $0.bytes("wire") }.filter { $0.count < 400 }
        for round in 0..<6_000 {
            let wire = mutate(seeds[round % seeds.count], &generator)
            let whole = HeadRunner.run([wire])
            let single = HeadRunner.run(wire.map { [$0] })
            if whole.summary != single.summary { Issue.record("\(wire): \(whole.summary), \(single.summary)") }
            guard case .head(let head, _, _) = whole else { continue }
            do {
                _ = try head.pathSegments()
                _ = try head.queryItems()
                try OriginRule().check(head)
                try HostRule().check(head)
                _ = try ServerHandshake.validate(head)
            } catch {
                #expect(error.reason.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
            }
        }
    }

    @Test("X1 H3 any change to a body gives the same answer for every way to cut it, and never traps")
    func bodies() {
        var generator = SplitMix(seed: 2)
        let seeds = Fixture.load("http/bodies.jsonl").compactMap { $0.bytes("wire") }
        for round in 0..<6_000 {
            let wire = mutate(seeds[round % seeds.count], &generator)
            let whole = outcome([wire])
            let single = outcome(wire.map { [$0] })
            if whole != single { Issue.record("\(wire): \(whole), \(single)") }
        }
    }

    private func outcome(_ pieces: [[UInt8]]) -> String {
        var body: [UInt8] = []
        do {
            var reader = try BodyReader(.chunked, limits: HTTPLimits())
            var consumed = 0
            for piece in pieces { consumed += try reader.receive(piece.span, into: &body) }
            return "\(reader.isComplete) \(body) \(consumed)"
        } catch {
            return error.reason
        }
    }

    @Test("X1 any change to a server's answer is judged alike for every way to cut it, and never traps")
    func answers() {
        var generator = SplitMix(seed: 3)
        let seeds = Fixture.load("ws/client-handshakes.jsonl").compactMap { $0.bytes("wire") }
        let nonce = [UInt8](repeating: 7, count: 16)
        for round in 0..<3_000 {
            let wire = mutate(seeds[round % seeds.count], &generator)
            var texts: [String] = []
            for pieces in [[wire], wire.map { [$0] }] {
                var handshake = ClientHandshake(host: "h", path: "/", nonce: nonce)
                var text = "incomplete"
                for piece in pieces where text == "incomplete" {
                    switch handshake.receive(piece.span) {
                    case .incomplete: break
                    case .accepted: text = "accepted"
                    case .failed(let failure): text = failure.reason
                    }
                }
                texts.append(text)
            }
            if texts[0] != texts[1] { Issue.record("\(wire): \(texts)") }
        }
    }
}
