import Deflate
import TestSupport
import Testing

@Suite("RFC 1951, cases judged by zlib")
struct InflateFixtureTests {
    @Test(
        "D1 D5 a stream gives what zlib says, whole, byte by byte and cut anywhere",
        arguments: Fixture.load("deflate/streams.jsonl"))
    func stream(_ fixture: Fixture) throws {
        let wire = try #require(fixture.bytes("wire"))
        let history = fixture.bytes("history") ?? []
        let windowBits = fixture.json["window"] as? Int ?? 15
        let limit = (fixture.json["limit"] as? Int ?? 1 << 24) + history.count
        let permitted = try permittedOutcomes(fixture)
        let whole = Inflation([wire], history: history, windowBits: windowBits, outputCountMax: limit)
        #expect(permitted.contains(whole))
        for pieces in EverySplit.of(wire, mostPositions: 128) {
            let cut = Inflation(pieces, history: history, windowBits: windowBits, outputCountMax: limit)
            #expect(cut == whole, "cut after \(pieces[0].count)")
        }
        if case .output(let bytes, ends: true, let unused) = whole {
            let more = Inflation(
                [wire + [0xFF, 0x00, 0x5A]], history: history, windowBits: windowBits, outputCountMax: limit)
            #expect(more == .output(bytes, ends: true, unused: unused + 3))
        }
    }

    @Test("every true beginning of an accepted stream asks for more", arguments: Fixture.load("deflate/streams.jsonl"))
    func beginnings(_ fixture: Fixture) throws {
        guard fixture.id.starts(with: "accept-"), let expect = fixture.bytes("expect"),
            let unused = fixture.json["unused"] as? Int?, fixture.json["ends"] as? Bool == true
        else { return }
        let wire = try #require(fixture.bytes("wire"))
        let history = fixture.bytes("history") ?? []
        let count = wire.count - (unused ?? 0)
        for end in stride(from: 0, to: count, by: max(1, count / 256)) {
            guard case .output(let bytes, ends: false, unused: 0) = Inflation([Array(wire[..<end])], history: history)
            else {
                Issue.record("\(end) bytes of \(count) are not just a beginning")
                continue
            }
            #expect(expect.starts(with: bytes))
        }
    }

    private func permittedOutcomes(_ fixture: Fixture) throws -> [Inflation] {
        let also = fixture.json["also"] as? [[String: Any]] ?? []
        return try ([fixture.json] + also).map { outcome in
            if let word = outcome["error"] as? String { return .failure(try #require(InflateError(word: word))) }
            return .output(
                try #require(outcome["expect"].flatMap(Fixture.bytes(from:))), ends: outcome["ends"] as? Bool ?? false,
                unused: outcome["unused"] as? Int ?? 0)
        }
    }
}

extension InflateError {
    /// The word of the fixtures.
    init?(word: String) {
        switch word {
        case "block-type": self = .reservedBlockType
        case "stored-length": self = .storedLengthMismatch
        case "code-lengths": self = .badCodeLengths
        case "symbol": self = .badSymbol
        case "distance": self = .distanceTooFar
        case "too-large": self = .tooLarge
        default: return nil
        }
    }
}
