// Tests/IntegrationTests/Peers/issuer.py as tests use it: an issuer of tokens that can be told to rotate its keys, to fail and to hang.
import Foundation

package final class TokenIssuer: Sendable {
    private let peer: PythonPeer

    /// `unix`: it listens there, too.
    package init(unix: String? = nil) throws {
        peer = try PythonPeer("issuer.py", unix.map { ["--unix", $0] } ?? [])
    }

    /// It speaks TLS, too.
    package init(certificate: String, key: String) throws {
        peer = try PythonPeer("issuer.py", ["--tls", certificate, key])
    }

    /// Where it speaks TLS.
    package var tlsPort: Int {
        let words = peer.process.output.split { $0 == " " || $0 == "." || $0 == "\n" }
        return words.firstIndex(of: "tls").flatMap { Int(words[$0 + 1]) } ?? 0
    }

    package var url: String { "http://127.0.0.1:\(peer.port)/jwks" }

    package func mode(_ mode: String) throws { _ = try RawHTTP.get("/mode/\(mode)", port: peer.port) }
    /// A new key beside the last one.
    package func rotate() throws { _ = try RawHTTP.get("/rotate", port: peer.port) }
    /// Only the newest key stays.
    package func drop() throws { _ = try RawHTTP.get("/drop", port: peer.port) }
    /// How often it was asked for its keys.
    package func requests() throws -> Int { Int(try RawHTTP.get("/count", port: peer.port).text) ?? -1 }
    package func stop() { peer.process.kill(9) }

    /// A token signed with ES256. `claims` is a JSON object; a key that is not known is named all the same.
    package func token(_ claims: String, kid: String? = nil) throws -> String {
        let name = kid.map { ", \"kid\": \"\($0)\"" } ?? ""
        return try RawHTTP.get("/mint", port: peer.port, method: "POST", body: "{\"claims\": \(claims)\(name)}").text
    }

    /// A token signed with a secret.
    package func token(_ claims: String, secret: String, algorithm: String = "HS256") throws -> String {
        let order = "{\"claims\": \(claims), \"secret\": \"\(secret)\", \"alg\": \"\(algorithm)\"}"
        return try RawHTTP.get("/mint-hmac", port: peer.port, method: "POST", body: order).text
    }
}
