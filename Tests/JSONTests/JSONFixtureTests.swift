import JSON
import TestSupport
import Testing

@Suite("RFC 8259, cases of other programs")
struct JSONFixtureTests {
    @Test("each text is worth what Python says, or refused for the reason that rules it", arguments: Fixture.jsonTexts)
    func verdict(_ fixture: Fixture) throws {
        let text = try #require(fixture.bytes("wire"))
        switch read(text, limits: fixture.jsonLimits) {
        case .success(let value): #expect(try fixture.expectedJSON() == value)
        case .failure(let error): #expect(fixture.json["error"] as? String == error.word, "\(error)")
        }
    }

    @Test("a name that comes twice is refused when the caller wants it so", arguments: Fixture.jsonTexts)
    func duplicates(_ fixture: Fixture) throws {
        let text = try #require(fixture.bytes("wire"))
        guard fixture.spec == "RFC 8259 §4" else { return }
        let result = read(text, limits: fixture.jsonLimits, duplicateNames: .refused)
        switch result {
        case .success(let value): #expect(fixture.id.hasPrefix("accept-") && read(text) == .success(value))
        case .failure(let error): #expect(fixture.id.hasPrefix("either-") && error.word == "duplicate")
        }
    }

    @Test("every true beginning of a text ends too early, nothing else is wrong with it", arguments: Fixture.jsonTexts)
    func beginnings(_ fixture: Fixture) throws {
        let text = try #require(fixture.bytes("wire"))
        guard try fixture.expectedJSON() != nil else { return }
        for end in 0..<text.count {
            let beginning = Array(text[..<end])
            switch read(beginning, limits: fixture.jsonLimits) {
            case .success(let value):
                // A shorter number, or the same value with less white space behind it.
                guard case .number(let digits) = value else {
                    #expect(text[end...].allSatisfy { [0x20, 0x09, 0x0A, 0x0D].contains($0) })
                    continue
                }
                #expect(digits == Array(beginning.drop { $0 == 0x20 }), "a lone number")
            case .failure(let error):
                // A cut through a character or between the halves of a pair is seen only by who knows the rest.
                #expect(["end", "utf8", "surrogate"].contains(error.word), "\(error), \(end) bytes")
            }
        }
    }

    @Test("behind a value only white space may stand", arguments: Fixture.jsonTexts)
    func trailing(_ fixture: Fixture) throws {
        let text = try #require(fixture.bytes("wire"))
        guard let value = try fixture.expectedJSON() else { return }
        #expect(read(text + Array(" \t\r\n".utf8), limits: fixture.jsonLimits) == .success(value))
        for more in ["x", "]", "}", ",", "\"", "\0", "\u{FEFF}"] {
            guard case .failure(let error) = read(text + Array(more.utf8), limits: fixture.jsonLimits) else {
                Issue.record("\(more) is taken behind the value")
                continue
            }
            #expect(error.word == "syntax" && error.offset == text.count)
        }
    }

    @Test("what is written of a value is worth the same, and comes out the same again", arguments: Fixture.jsonTexts)
    func rewriting(_ fixture: Fixture) throws {
        guard let value = try fixture.expectedJSON() else { return }
        var writer = JSONWriter()
        writer.value(value)
        #expect(read(writer.bytes, limits: fixture.jsonLimits) == .success(value))
    }
}
