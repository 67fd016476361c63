import TestSupport
import Testing
import WSProtocol

@Suite("RFC 6455 §4.2 the server's side of the opening handshake")
struct ServerHandshakeTests {
    static let cases = Fixture.load("ws/server-handshakes.jsonl")

    @Test(
        "W13 101 only for a fully valid upgrade, and every refusal says what it must and closes", arguments: cases)
    func fixtures(_ fixture: Fixture) throws {
        let wire = try #require(fixture.bytes("wire"))
        for pieces in EverySplit.of(wire) { check(try outcome(pieces), fixture) }
    }

    private func outcome(_ pieces: [[UInt8]]) throws -> Result<UpgradeRequest, HTTPRefusal> {
        switch HeadRunner.run(pieces) {
        case .incomplete: return .failure(HTTPRefusal(.requestTimeout, "incomplete"))
        case .refused(let refusal, _): return .failure(refusal)
        case .head(let head, _, _):
            do {
                return .success(try ServerHandshake.validate(head))
            } catch {
                return .failure(error)
            }
        }
    }

    private func check(_ outcome: Result<UpgradeRequest, HTTPRefusal>, _ fixture: Fixture) {
        switch outcome {
        case .success(let request):
            let expect = fixture.json["expect"] as? [String: Any] ?? [:]
            let accept = expect["accept"] as? String ?? "refused"
            let lines =
                fixture.json["answer"] as? [String] ?? [
                    "HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
                    "Sec-WebSocket-Accept: \(accept)",
                ]
            let answer = String(
                decoding: ServerHandshake.response(to: request, subprotocol: fixture.json["choose"] as? String),
                as: UTF8.self)
            #expect(answer.hasPrefix(lines[0] + "\r\n") && answer.hasSuffix("\r\n\r\n"))
            // Each line once, and no other.
            #expect(answer.dropLast(2).split(separator: "\r\n").map(String.init).sorted() == lines.sorted())
            #expect(request.subprotocols == expect["subprotocols"] as? [String])
            #expect(request.extensions == expect["extensions"] as? [String])
        case .failure(let refusal):
            #expect(refusal.status.rawValue == fixture.json["error"] as? Int, "\(refusal.reason)")
            let answer = String(decoding: refusal.response(), as: UTF8.self)
            #expect(answer.contains("\r\nConnection: ") && answer.contains("close\r\n"))
            for (name, value) in fixture.json["headers"] as? [String: String] ?? [:] {
                #expect(answer.contains("\r\n\(name): \(value)\r\n"))
            }
        }
    }

    @Test("a subprotocol that the client did not name is never answered: the caller traps")
    func unnamedSubprotocol() async {
        await #expect(processExitsWith: .failure) {
            let wire = Array(
                ("GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n").utf8)
            guard case .head(let head, _, _) = HeadRunner.run([wire]) else { return }
            _ = ServerHandshake.response(to: try ServerHandshake.validate(head), subprotocol: "chat")
        }
    }

    @Test("the chosen subprotocol and extension stand in the answer")
    func chosen() throws {
        let wire = try #require(Self.cases.first { $0.id == "accept-rfc-example" }?.bytes("wire"))
        let request = try outcome([wire]).get()
        let answer = String(
            decoding: ServerHandshake.response(to: request, subprotocol: "chat", extensions: "x-foo"), as: UTF8.self)
        #expect(answer.contains("\r\nSec-WebSocket-Protocol: chat\r\n"))
        #expect(answer.contains("\r\nSec-WebSocket-Extensions: x-foo\r\n"))
    }
}
