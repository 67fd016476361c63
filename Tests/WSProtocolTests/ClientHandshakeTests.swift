import Foundation
import TestSupport
import Testing
import WSProtocol

@Suite("RFC 6455 §4.1 the client's side of the opening handshake")
struct ClientHandshakeTests {
    static let cases = Fixture.load("ws/client-handshakes.jsonl")

    private func handshake(_ fixture: Fixture) -> ClientHandshake {
        ClientHandshake(
            host: fixture.json["host"] as! String, path: fixture.json["path"] as! String,
            subprotocols: fixture.json["subprotocols"] as! [String], nonce: fixture.bytes("nonce")!)
    }

    @Test("each answer is judged alike whole, byte by byte and split at every position", arguments: cases)
    func fixtures(_ fixture: Fixture) throws {
        let wire = try #require(fixture.bytes("wire"))
        for pieces in EverySplit.of(wire) {
            var handshake = handshake(fixture)
            var outcome = "incomplete"
            var rest = 0
            for piece in pieces {
                guard outcome == "incomplete" else {
                    rest += piece.count
                    continue
                }
                switch handshake.receive(piece.span) {
                case .incomplete: break
                case .accepted(let consumed, let subprotocol):
                    outcome = "accepted \(subprotocol ?? "-")"
                    rest += piece.count - consumed
                case .failed(let failure):
                    outcome = failure.status.map { $0 == 101 ? "answer" : "\($0)" } ?? "answer"
                    #expect(failure.description.utf8.count > 10)
                    for (name, value) in fixture.json["handsOn"] as? [String: String] ?? [:] {
                        #expect(failure.fields.contains(HTTPField(name, value)), "the caller may follow it")
                    }
                }
            }
            #expect(outcome == expected(fixture))
            if let expect = fixture.json["expect"] as? [String: Any] { #expect(rest == expect["rest"] as? Int) }
        }
    }

    private func expected(_ fixture: Fixture) -> String {
        if let status = fixture.json["error"] as? Int { return "\(status)" }
        if let word = fixture.json["error"] as? String { return word }
        guard let expect = fixture.json["expect"] as? [String: Any] else { return "incomplete" }
        return "accepted \(expect["subprotocol"] as? String ?? "-")"
    }

    @Test("the request holds the lines it must, once each")
    func request() throws {
        for fixture in Self.cases {
            let text = String(decoding: handshake(fixture).request, as: UTF8.self)
            #expect(text.hasSuffix("\r\n\r\n"))
            let expected = try #require(fixture.json["request"] as? [String])
            #expect(text.hasPrefix(expected[0] + "\r\n"))
            #expect(Set(text.dropLast(2).split(separator: "\r\n").map(String.init)) == Set(expected))
        }
    }

    @Test("what a caller must never hand to a client handshake traps")
    func misuse() async {
        await #expect(processExitsWith: .failure) { _ = ClientHandshakeTests.begin(path: "/a#b") }
        await #expect(processExitsWith: .failure) { _ = ClientHandshakeTests.begin(path: "/a b") }
        await #expect(processExitsWith: .failure) { _ = ClientHandshakeTests.begin(path: "a") }
        await #expect(processExitsWith: .failure) { _ = ClientHandshakeTests.begin(host: "") }
        await #expect(processExitsWith: .failure) { _ = ClientHandshakeTests.begin(host: "a/b") }
        await #expect(processExitsWith: .failure) { _ = ClientHandshakeTests.begin(host: "a:0") }
        await #expect(processExitsWith: .failure) { _ = ClientHandshakeTests.begin(subprotocols: ["a", "a"]) }
        await #expect(processExitsWith: .failure) { _ = ClientHandshakeTests.begin(subprotocols: [""]) }
        await #expect(processExitsWith: .failure) { _ = ClientHandshakeTests.begin(subprotocols: ["a/b"]) }
        await #expect(processExitsWith: .failure) { _ = ClientHandshakeTests.begin(nonceCount: 15) }
        await #expect(processExitsWith: .success) {
            _ = ClientHandshakeTests.begin()
            exit(0)
        }
    }

    private static func begin(
        host: String = "h:1", path: String = "/a%23b", subprotocols: [String] = ["a", "b"], nonceCount: Int = 16
    ) -> ClientHandshake {
        ClientHandshake(
            host: host, path: path, subprotocols: subprotocols, nonce: [UInt8](repeating: 1, count: nonceCount))
    }

    @Test("the beginning of a refusal's body is told")
    func body() throws {
        let fixture = try #require(Self.cases.first { $0.id == "reject-status-403" })
        var handshake = handshake(fixture)
        let wire = try #require(fixture.bytes("wire"))
        guard case .failed(let failure) = handshake.receive(wire.span) else {
            Issue.record("accepted")
            return
        }
        #expect(failure.status == 403 && failure.bodyStart == Array("no\n".utf8))
    }
}
