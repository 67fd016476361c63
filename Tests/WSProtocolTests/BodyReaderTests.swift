import TestSupport
import Testing
import WSProtocol

@Suite("RFC 9112 §6, §7.1 request bodies")
struct BodyReaderTests {
    private func run(_ pieces: [[UInt8]], _ framing: BodyFraming, _ limits: HTTPLimits) -> String {
        var body: [UInt8] = []
        var rest: [UInt8] = []
        do {
            var reader = try BodyReader(framing, limits: limits)
            for piece in pieces {
                let consumed = try reader.receive(piece.span, into: &body)
                rest += piece[consumed...]
            }
            return reader.isComplete ? "body \(body) rest \(rest.count)" : "incomplete"
        } catch {
            return "error \(error.status.rawValue)"
        }
    }

    @Test(
        "H3 each body, good or bad, gives the same answer whole, byte by byte and split at every position",
        arguments: Fixture.load("http/bodies.jsonl"))
    func fixtures(_ fixture: Fixture) throws {
        let wire = try #require(fixture.bytes("wire"))
        let framing = (fixture.json["framing"] as? Int).map(BodyFraming.length) ?? .chunked
        var expected = "incomplete"
        if let status = fixture.json["error"] as? Int { expected = "error \(status)" }
        if let expect = fixture.json["expect"] as? [String: Any] {
            expected = "body \(Fixture.bytes(from: expect["body"]!)!) rest \(expect["rest"] as! Int)"
        }
        for pieces in EverySplit.of(wire) {
            #expect(run(pieces, framing, fixture.httpLimits) == expected)
        }
    }

    @Test("a request without a body is complete at once")
    func none() throws {
        var body: [UInt8] = []
        var reader = try BodyReader(.none, limits: HTTPLimits())
        #expect(reader.isComplete)
        let next = Array("GET".utf8)
        #expect(try reader.receive(next.span, into: &body) == 0)
    }

    @Test("H5 a length over the limit is refused before a byte of the body is read")
    func tooLong() {
        let refusal = HeadRunner.refusal { () throws(HTTPRefusal) in
            _ = try BodyReader(.length(.max), limits: HTTPLimits())
        }
        #expect(refusal?.status == .contentTooLarge)
    }
}
