import TestSupport
import Testing
import WSProtocol

@Suite("RFC 7692 §5.1, §7.1 negotiating permessage-deflate")
struct NegotiationTests {
    static let offers = Fixture.load("ws/permessage-deflate-offers.jsonl")
    static let responses = Fixture.load("ws/permessage-deflate-responses.jsonl")

    /// What became of an offer, as the fixtures write it.
    private enum Answer: Equatable {
        case none
        case accepted(parameters: Set<String>, PermessageDeflate)
        case refused(Int)
    }

    @Test("W5 each offer is answered, declined or refused as the RFC says", arguments: offers)
    func answersOffers(_ fixture: Fixture) throws {
        let fields = try #require(fixture.json["fields"] as? [String])
        #expect(Self.answer(to: fields, policy(fixture)) == expected(fixture))
    }

    @Test("W5 one field with all offers is answered as several fields are", arguments: offers)
    func answersJoinedOffers(_ fixture: Fixture) throws {
        let fields = try #require(fixture.json["fields"] as? [String])
        guard fields.count > 1 else { return }
        #expect(Self.answer(to: [fields.joined(separator: ", ")], policy(fixture)) == expected(fixture))
    }

    private static func answer(to fields: [String], _ policy: DeflatePolicy) -> Answer {
        var lines = ["GET /chat HTTP/1.1", "Host: example.com", "Upgrade: websocket", "Connection: Upgrade"]
        lines += ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13"]
        lines += fields.map { "Sec-WebSocket-Extensions: \($0)" }
        let wire = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
        guard case .head(let head, _, _) = HeadRunner.run([wire]) else { return .refused(0) }
        do {
            guard let (agreed, answer) = policy.accept(try ServerHandshake.validate(head).offers) else { return .none }
            return .accepted(parameters: parts(of: answer), agreed)
        } catch {
            return .refused(error.status.rawValue)
        }
    }

    private static func parts(of answer: String) -> Set<String> {
        Set(answer.split(separator: "; ").map(String.init))
    }

    private func policy(_ fixture: Fixture) -> DeflatePolicy {
        let json = fixture.json["policy"] as? [String: Any] ?? [:]
        var policy = DeflatePolicy()
        policy.serverNoContextTakeover = json["server_no_context_takeover"] as? Bool ?? true
        policy.clientNoContextTakeover = json["client_no_context_takeover"] as? Bool ?? true
        policy.serverMaxWindowBits = (json["server_max_window_bits"] as? Int).map(UInt8.init) ?? 15
        policy.clientMaxWindowBits = (json["client_max_window_bits"] as? Int).map(UInt8.init) ?? 15
        return policy
    }

    private func expected(_ fixture: Fixture) -> Answer {
        if let status = fixture.json["error"] as? Int { return .refused(status) }
        let expect = fixture.json["expect"] as? [String: Any] ?? [:]
        guard let answer = expect["answer"] as? String else { return .none }
        return .accepted(
            parameters: Self.parts(of: answer), Fixture.deflate(expect["agreed"] as? [String: Any] ?? [:]))
    }

    @Test("W5 a client takes only answers to what it offered, in the form the RFC gives them", arguments: responses)
    func judgesResponses(_ fixture: Fixture) throws {
        let offers = (fixture.json["offers"] as? [[String: Any]] ?? []).map(offer)
        #expect((offers.isEmpty ? nil : DeflateOffer.text(of: offers)) == fixture.json["offered"] as? String)
        var handshake = ClientHandshake(
            host: "example.com", path: "/", deflateOffers: offers, nonce: Array("the sample nonce".utf8))
        let request = String(decoding: handshake.request, as: UTF8.self)
        let sent = request.split(separator: "\r\n").filter { $0.hasPrefix("Sec-WebSocket-Extensions: ") }
        #expect(sent.map { String($0.dropFirst(26)) } == [fixture.json["offered"] as? String].compactMap { $0 })
        var lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"]
        lines.append("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        let fields = try #require(fixture.json["fields"] as? [String])
        lines += fields.map { "Sec-WebSocket-Extensions: \($0)" }
        let wire = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
        switch handshake.receive(wire.span) {
        case .incomplete: Issue.record("incomplete")
        case .failed(let failure):
            #expect(fixture.json["error"] as? String == "answer", "\(failure)")
        case .accepted:
            #expect(fixture.json["error"] == nil)
            #expect(handshake.deflate == (fixture.json["expect"] as? [String: Any]).map(Fixture.deflate))
        }
    }

    private func offer(_ json: [String: Any]) -> DeflateOffer {
        var offer = DeflateOffer()
        offer.serverNoContextTakeover = json["server_no_context_takeover"] as? Bool ?? false
        offer.clientNoContextTakeover = json["client_no_context_takeover"] as? Bool ?? false
        offer.serverMaxWindowBits = (json["server_max_window_bits"] as? Int).map(UInt8.init)
        offer.clientWindow = .notOffered
        if json["client_max_window_bits"] is Bool { offer.clientWindow = .any }
        if let bits = json["client_max_window_bits"] as? Int, bits >= 8 { offer.clientWindow = .most(UInt8(bits)) }
        return offer
    }

    @Test("X1 W5 any bytes in the field are answered or refused, and never trap")
    func anyBytes() {
        var generator = SplitMix(seed: 7692)
        let alphabet = Array("permessage-deflate;=,\" \\server_max_window_bits=10\t".utf8)
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
            }
            let field = String(decoding: text, as: UTF8.self)
            guard let elements = ExtensionList.parse([field]) else { continue }
            for element in elements { #expect(!element.name.isEmpty) }
            _ = DeflatePolicy().accept(elements)
        }
    }

    @Test("W5 twenty times the offers take some twenty times as long to answer, not four hundred times")
    func linearTime() {
        let clock = ContinuousClock()
        /// The best of three, so that a pause of the machine does not count.
        func time(_ count: Int) -> Duration {
            let field = String(repeating: "permessage-deflate; foo, ", count: count)
            let times = (0..<3).map { _ in
                clock.measure { #expect(DeflatePolicy().accept(ExtensionList.parse([field]) ?? []) == nil) }
            }
            return times.min() ?? .zero
        }
        let few = time(1_000)
        let many = time(20_000)
        #expect(many < few * 80 + .milliseconds(500), "\(few) for 1,000 offers, \(many) for 20,000")
    }
}
