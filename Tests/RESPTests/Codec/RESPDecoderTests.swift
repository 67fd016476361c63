import RESP
import TestSupport
import Testing

@Suite("RESP specification: values")
struct RESPDecoderTests {
    @Test(
        "a value is decoded, or refused, alike whole, byte by byte and split at every position",
        arguments: Fixture.load("resp/values.jsonl") + Fixture.load("resp/streams.jsonl"))
    func decodes(fixture: Fixture) throws {
        let wire = try #require(fixture.bytes("wire"))
        let expected: Decoded
        if let values = fixture.values("expect") {
            expected = Decoded(values: values)
        } else {
            expected = Decoded(error: try #require(fixture.json["error"] as? String))
        }
        for pieces in EverySplit.of(wire) {
            let decoded = Decoded.run(pieces, limits: fixture.limits)
            #expect(decoded == expected, "in \(pieces.count) pieces, the first of \(pieces[0].count) bytes")
        }
        guard expected.error == nil else { return }
        if let code = fixture.json["code"] as? String {
            let value = try #require(fixture.values("expect")?.first)
            #expect(value.errorCode.map { String(decoding: $0, as: UTF8.self) } == (code.isEmpty ? nil : code))
        }
        // With more behind it.
        let followed = Decoded.run([wire + Array(":7\r\n:".utf8)], limits: fixture.limits)
        #expect(followed.values == expected.values + ["integer(7)"])
        // A beginning asks for more.
        for count in Set([1, wire.count / 2, wire.count - 1]) {
            let beginning = Decoded.run([Array(wire[..<count])], limits: fixture.limits)
            #expect(beginning.error == nil)
            #expect(beginning.values.count < expected.values.count)
        }
    }

    @Test("in RESP2's subscriber mode an array of message, channel and payload is a publication")
    func arraysArePushes() {
        let wire = Array("*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$2\r\nhi\r\n*2\r\n$4\r\npong\r\n$0\r\n\r\n".utf8)
        let expected = Decoded(values: [
            .push([.bulkString(Array("message".utf8)), .bulkString(Array("c".utf8)), .bulkString(Array("hi".utf8))]),
            .push([.bulkString(Array("pong".utf8)), .bulkString([])]),
        ])
        for pieces in EverySplit.of(wire) { #expect(Decoded.run(pieces, arraysArePushes: true) == expected) }
    }

    @Test("a publication that lies whole in the input is told by ranges, without a copy")
    func ranges() throws {
        var decoder = RESPDecoder()
        let bytes = Array("+x\r\n>3\r\n$7\r\nmessage\r\n$4\r\nroom\r\n$2\r\nhi\r\n".utf8)
        var offset = 4
        let event = try decoder.nextEvent(in: bytes.span, offset: &offset)
        #expect(event == .message(channel: .input(25..<29), payload: .input(35..<37)))
        #expect(offset == bytes.count)
    }

    @Test("an attribute without entries waits for its value like any other")
    func emptyAttribute() throws {
        var decoder = RESPDecoder()
        var offset = 0
        let event = try decoder.nextEvent(in: Array("|0\r\n".utf8).span, offset: &offset)
        #expect(event == .needsMoreBytes)
        #expect(!decoder.isBetweenValues)
    }

    // MARK: Faults

    @Test("R5 an absurd length is refused, or waits for bytes that never come, without memory for it")
    func absurdLengths() {
        let lengths = [
            "2147483648", "4294967296", "9223372036854775807", "9223372036854775808", "99999999999999999999999",
        ]
        for type in ["$", "*", "%", "~", ">", "=", "!", "|", ">3\r\n$"] {
            for length in lengths {
                let decoded = Decoded.run([Array("\(type)\(length)\r\n".utf8)])
                #expect(
                    decoded.error == "too-long" || decoded.error == "too-many" || decoded.error == "length"
                        || type == ">3\r\n$" && decoded.error == nil)
            }
        }
        // Within the limits nothing is reserved either: a million connections may say so and send nothing.
        let memory = residentBytes()
        var decoders: [RESPDecoder] = []
        for _ in 0..<1_000 {
            for text in ["$67108864\r\n", "*1048576\r\n", "%524288\r\n"] {
                var decoder = RESPDecoder()
                var offset = 0
                let bytes = Array(text.utf8)
                _ = try? decoder.nextEvent(in: bytes.span, offset: &offset)
                decoders.append(decoder)
            }
        }
        #expect(decoders.count == 3_000)
        #expect(residentBytes() - memory < 32 << 20)
    }

    @Test("X1 R5 random bytes never trap, and give the same however they are cut")
    func randomBytes() {
        var generator = SplitMix(seed: 7)
        let alphabet = Array("+-:$*_#,(!=%~>|;.?0123456789\r\n\r\n\r\nmessagetf ab\u{0}".utf8)
        for _ in 0..<20_000 {
            let count = Int(generator.next() % 40)
            let bytes = (0..<count).map { _ in alphabet[Int(generator.next() % UInt64(alphabet.count))] }
            let whole = Decoded.run([bytes])
            #expect(Decoded.run(bytes.map { [$0] }) == whole, "\(bytes)")
        }
    }

    @Test("X1 R5 a broken valid stream never traps, and gives the same however it is cut")
    func mutations() throws {
        var generator = SplitMix(seed: 11)
        let fixtures = Fixture.load("resp/values.jsonl") + Fixture.load("resp/streams.jsonl")
        for fixture in fixtures {
            let wire = try #require(fixture.bytes("wire"))
            guard wire.count < 4_096, !wire.isEmpty else { continue }
            for _ in 0..<200 {
                var bytes = wire
                for _ in 0...(generator.next() % 3) {
                    bytes[Int(generator.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: generator.next())
                }
                let whole = Decoded.run([bytes], limits: fixture.limits)
                #expect(Decoded.run(bytes.map { [$0] }, limits: fixture.limits) == whole, "\(bytes)")
            }
        }
    }

    @Test("R6 a hundred thousand arrays inside each other are refused at the depth limit, without recursion")
    func deepNesting() {
        for opening in ["*1\r\n", "~1\r\n", "%1\r\n", "*?\r\n", "*2\r\n+x\r\n", "|1\r\n"] {
            let bytes = Array(String(repeating: opening, count: 100_000).utf8)
            #expect(Decoded.run([bytes]).error == "too-deep", "\(opening)")
            #expect(Decoded.run(bytes.prefix(1_000).map { [$0] }).error == "too-deep")
        }
    }

    @Test("R7 a bulk string that comes byte by byte costs linear time")
    func bulkByteByByte() throws {
        let small = try secondsByteByByte("$", 256 << 10)
        let large = try secondsByteByByte("$", 4 << 20)
        // Sixteen times the bytes: quadratic time would be 256 times.
        #expect(large < small * 48 + 0.5, "\(small) s for 256 KiB, \(large) s for 4 MiB")
    }

    @Test("R7 a bulk string of 64 MiB that comes byte by byte costs linear time", .slow())
    func longBulkByteByByte() throws {
        let small = try secondsByteByByte("$", 4 << 20)
        let large = try secondsByteByByte("$", 64 << 20)
        #expect(large < small * 48 + 0.5, "\(small) s for 4 MiB, \(large) s for 64 MiB")
    }

    @Test("R7 an array of a million elements that comes byte by byte costs linear time")
    func arrayByteByByte() throws {
        let small = try secondsByteByByte("*", 62_500)
        let large = try secondsByteByByte("*", 1_000_000)
        #expect(large < small * 48 + 0.5, "\(small) s for 62,500, \(large) s for a million")
    }

    @Test("R7 a long line that comes byte by byte costs linear time")
    func lineByteByByte() throws {
        let small = try secondsByteByByte("+", 4_000)
        let large = try secondsByteByByte("+", 64_000)
        #expect(large < small * 48 + 0.5, "\(small) s for 4,000, \(large) s for 64,000")
    }

    private func secondsByteByByte(_ type: Character, _ count: Int) throws -> Double {
        let limits = RESPLimits()
        var decoder = RESPDecoder(limits: limits)
        let head: [UInt8] = type == "+" ? [0x2B] : Array("\(type)\(count)\r\n".utf8)
        let unit: [UInt8] = type == "*" ? Array(":1\r\n".utf8) : [0x61]
        let clock = ContinuousClock()
        var values = 0
        let time = try clock.measure {
            func feed(_ bytes: [UInt8]) throws {
                for index in bytes.indices {
                    var offset = 0
                    let one: InlineArray<1, UInt8> = [bytes[index]]
                    if case .value = try decoder.nextEvent(in: one.span, offset: &offset) { values += 1 }
                }
            }
            try feed(head)
            for _ in 0..<count { try feed(unit) }
            if type != "*" { try feed([0x0D, 0x0A]) }
        }
        #expect(values == 1)
        let (seconds, attoseconds) = time.components
        return Double(seconds) + Double(attoseconds) / 1e18
    }

    @Test("X4 X5 poisoned publications are skipped one by one; the stream goes on and every healthy one is told")
    func poison() throws {
        var decoder = RESPDecoder(limits: RESPLimits(bulkBytesMax: 64))
        var told = 0
        var skipped = 0
        for round in 0..<1_000 {
            let length = [65, 100, 4_096, 70_000][round % 4]
            let poison = ">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$\(length)\r\n\(String(repeating: "x", count: length))\r\n"
            let wire = Array((poison + ">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$2\r\nhi\r\n").utf8)
            let cut = wire.count * round / 1_000
            for piece in [Array(wire[..<cut]), Array(wire[cut...])] {
                var offset = 0
                reading: while true {
                    switch try decoder.nextEvent(in: piece.span, offset: &offset) {
                    case .message: told += 1
                    case .push(let elements):
                        #expect(elements.last == .oversized(byteCount: length))
                        skipped += 1
                    case .value(let value): Issue.record("\(value)")
                    case .needsMoreBytes: break reading
                    }
                }
            }
        }
        #expect(told == 1_000)
        #expect(skipped == 1_000)
    }

    @Test("R5 a payload over the limit inside a push is skipped in bounded memory, and what follows is read")
    func skipsInBoundedMemory() throws {
        var limits = RESPLimits()
        limits.bulkBytesMax = 1 << 20
        var decoder = RESPDecoder(limits: limits)
        let head = Array(">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$\(64 << 20)\r\n".utf8)
        let piece = [UInt8](repeating: 0x61, count: 64 << 10)
        let memory = residentBytes()
        var offset = 0
        #expect(try decoder.nextEvent(in: head.span, offset: &offset) == .needsMoreBytes)
        for _ in 0..<1_024 {
            offset = 0
            #expect(try decoder.nextEvent(in: piece.span, offset: &offset) == .needsMoreBytes)
        }
        #expect(residentBytes() - memory < 8 << 20)
        let rest = Array("\r\n:1\r\n".utf8)
        offset = 0
        let oversized: RESPElements = [
            .bulkString(Array("message".utf8)), .bulkString(Array("c".utf8)), .oversized(byteCount: 64 << 20),
        ]
        #expect(try decoder.nextEvent(in: rest.span, offset: &offset) == .push(oversized))
        #expect(try decoder.nextEvent(in: rest.span, offset: &offset) == .value(.integer(1)))
    }
}
