// Deploy/jwks-nginx.conf at work: nginx fetches an issuer's keys with TLS, a node asks nginx. Only the places in the file are exchanged.
import Foundation
import TestSupport
import Testing

@Suite(
    "Keys of an issuer behind TLS, through nginx", .needs(.rookery), .needs(.nginx), .needs(.openssl),
    .needs(.pythonPackages), .ownsWhatItStarts)
struct IssuerProxyTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("jwks") }

    /// A certificate for the issuer's name that vouches for itself.
    private func certificate(_ name: String, for host: String) throws -> (certificate: String, key: String) {
        let paths = (folder.file("\(name).pem"), folder.file("\(name).key"))
        let openssl = try ChildProcess(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                "/CN=\(host)", "-addext", "subjectAltName=DNS:\(host)", "-keyout", paths.1, "-out", paths.0,
            ])
        guard openssl.waitForExit() == .exited(0) else { throw KitError("openssl: \(openssl.output)") }
        return paths
    }

    private func nginx(_ issuer: TokenIssuer, trusting certificate: String) throws -> String {
        let file = PackageFolder.path("Deploy/jwks-nginx.conf")
        let socket = folder.file("jwks.sock")
        var text = try String(contentsOfFile: file, encoding: .utf8)
        for (place, ours) in [
            ("/run/rookery/jwks.sock;", "\(socket);"),
            ("https://login.example.org/.well-known/jwks.json", "https://127.0.0.1:\(issuer.tlsPort)/jwks"),
            ("/etc/ssl/certs/ca-certificates.crt", certificate),
        ] {
            guard text.contains(place) else { throw KitError("\(place) is not in \(file)") }
            text = text.replacing(place, with: ours)
        }
        try folder.write(
            """
            daemon off; master_process off; pid nginx.pid; error_log error.log;
            events { worker_connections 64; }
            http {
              client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
              uwsgi_temp_path uwsgi; scgi_temp_path scgi;
            \(text)
            }
            """, to: "nginx.conf")
        let process = try ChildProcess(
            "nginx", ["-p", folder.path, "-c", folder.file("nginx.conf"), "-e", folder.file("error.log")],
            outputPath: folder.file("output.log"))
        try wait(until: "nginx listens:\n\(process.output)") { FileManager.default.fileExists(atPath: socket) }
        return "http://unix:\(socket):/jwks"
    }

    @Test("J4 keys come through nginx when the issuer's certificate is right, and with no other")
    func through() throws {
        let (certificate, key) = try certificate("right", for: "login.example.org")
        let issuer = try TokenIssuer(certificate: certificate, key: key)
        let node = try RookeryServer(["--token-jwks", try nginx(issuer, trusting: certificate), "--echo"])
        let token = try issuer.token(#"{"sub": "42"}"#)
        try wait(until: "the token is taken:\n\(node.log)") {
            try Handshakes.status(of: "/echo", on: node, headers: ["Authorization: Bearer \(token)"]) == 101
        }
    }

    @Test("J4 an issuer with another name or another authority gives no keys", arguments: ["authority", "name"])
    func others(_ difference: String) throws {
        let (certificate, key) = try certificate(
            "one", for: difference == "name" ? "evil.example.org" : "login.example.org")
        let trusted =
            difference == "name" ? certificate : try self.certificate("two", for: "login.example.org").certificate
        let issuer = try TokenIssuer(certificate: certificate, key: key)
        let node = try RookeryServer(["--token-jwks", try nginx(issuer, trusting: trusted), "--echo"])
        try wait(until: "it is told:\n\(node.log)") { try node.health().body.contains("answers 502") }
        let token = try issuer.token(#"{"sub": "42"}"#)
        #expect(try Handshakes.status(of: "/echo", on: node, headers: ["Authorization: Bearer \(token)"]) == 503)
        #expect(try issuer.requests() == 0)
    }
}
