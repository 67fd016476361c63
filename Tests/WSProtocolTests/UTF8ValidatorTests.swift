import Testing
import TestSupport
import WSProtocol

@Suite("RFC 3629 §4 UTF-8 that arrives in pieces")
struct UTF8ValidatorTests {
    static let cases = Fixture.load("ws/utf8.jsonl")

    @Test("W10 the first byte that cannot be valid is refused, and none before it", arguments: cases)
    func firstBadByte(_ fixture: Fixture) throws {
        let wire = try #require(fixture.bytes("wire"))
        let firstBad = fixture.json["error"] as? Int
        var validator = UTF8Validator()
        for (index, byte) in wire.enumerated() {
            let one = [byte]
            let isAccepted = validator.accept(one.span)
            if let firstBad {
                #expect(isAccepted == (index < firstBad))
                if index == firstBad { return }
            } else {
                #expect(isAccepted)
            }
        }
        #expect(validator.isComplete == (fixture.json["expect"] as? String == "valid"))
    }

    @Test("pieces are judged as the whole is", arguments: cases)
    func pieces(_ fixture: Fixture) throws {
        let wire = try #require(fixture.bytes("wire"))
        let isValid = fixture.json["expect"] as? String == "valid"
        #expect(UTF8Validator.isValid(wire.span) == isValid)
        for pieces in EverySplit.of(wire) {
            var validator = UTF8Validator()
            let isAccepted = pieces.allSatisfy { validator.accept($0.span) }
            let isRefused = fixture.json["error"] is Int
            if (isAccepted && validator.isComplete) != isValid || isAccepted == isRefused {
                Issue.record("pieces of \(pieces.map(\.count))")
            }
        }
    }

    /// The standard library is the oracle.
    @Test("all pairs of bytes, and what follows, are judged as the standard library judges them")
    func exhaustive() {
        for first in UInt8.min...UInt8.max {
            for second in UInt8.min...UInt8.max {
                for third: UInt8 in [0x61, 0x80, 0x9F, 0xBF, 0xC2] {
                    let bytes = [first, second, third]
                    var validator = UTF8Validator()
                    let isValid = bytes.allSatisfy { validator.accept([$0].span) } && validator.isComplete
                    if isValid != (String(validating: bytes, as: UTF8.self) != nil) { Issue.record("\(bytes)") }
                }
            }
        }
    }
}
