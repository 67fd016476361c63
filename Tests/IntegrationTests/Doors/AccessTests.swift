// Who may connect, and what everybody is told: origin, host, proxies, the page's headers, settings.
import Glibc
import TestSupport
import Testing

@Suite("A node decides who may connect", .needs(.rookery), .ownsWhatItStarts)
struct AccessTests {
    @Test(
        "W11 without a list, an origin is right when its host and port are those of Host",
        arguments: [
            (nil, 101), ("http://localhost:PORT", 101), ("http://LOCALHOST:PORT", 101), ("https://localhost:PORT", 101),
            ("http://localhost", 403), ("http://localhost:1", 403), ("http://127.0.0.1:PORT", 403),
            ("http://localhost:PORT.evil.example", 403), ("http://evillocalhost:PORT", 403),
            ("http://localhost.evil.example:PORT", 403), ("http://user@localhost:PORT", 403), ("null", 403), ("", 403),
            ("file://", 403), ("http://localhost:PORT/", 403), ("http://localhost:PORT, http://evil.example", 403),
        ] as [(String?, Int)])
    func sameOrigin(_ origin: String?, _ status: Int) throws {
        let node = try SharedNode.plain()
        let headers = origin.map { ["Origin: " + $0.replacing("PORT", with: String(node.port))] } ?? []
        #expect(try Handshakes.status(of: "/ws/1", on: node, headers: headers) == status)
    }

    @Test("W11 with a list, only what it says is right, null only when listed")
    func allowedOrigins() throws {
        let node = try RookeryServer(["--allow-origin", "https://chat.example.org", "--allow-origin", "null"])
        for (origin, status) in [
            ("https://chat.example.org", 101), ("null", 101), ("http://chat.example.org", 403),
            ("https://chat.example.org:8443", 403), ("https://chat.example.org.evil.example", 403),
            ("https://evil-chat.example.org", 403), ("http://localhost:\(node.port)", 403), ("NULL", 403),
        ] {
            #expect(try Handshakes.status(of: "/ws/1", on: node, headers: ["Origin: \(origin)"]) == status, "\(origin)")
        }
        let strict = try RookeryServer(["--allow-origin", "https://chat.example.org"])
        #expect(try Handshakes.status(of: "/ws/1", on: strict, headers: ["Origin: null"]) == 403)
        #expect(try Handshakes.status(of: "/ws/1", on: strict) == 101)
    }

    @Test(
        "W11 an unknown Host is 421: that stops DNS rebinding",
        arguments: [
            ("localhost:PORT", 101), ("localhost", 101), ("127.0.0.1:PORT", 101), ("127.3.2.1", 101),
            ("[::1]:PORT", 101),
            ("LocalHost:PORT", 101), ("evil.example:PORT", 421), ("localhost.evil.example", 421),
            ("127.0.0.1.evil.example", 421), ("10.0.0.1", 421), ("evil.example", 421),
        ])
    func hosts(_ host: String, _ status: Int) throws {
        let node = try SharedNode.plain()
        let host = host.replacing("PORT", with: String(node.port))
        #expect(try Handshakes.status(of: "/ws/1", on: node, host: host) == status)
        #expect(try RawHTTP.get("/", port: node.port, headers: ["Host: \(host)"]).status == (status == 101 ? 200 : 421))
    }

    @Test("W11 --host adds a name, --open takes any")
    func moreHosts() throws {
        let named = try RookeryServer(["--host", "chat.example.org"])
        #expect(try Handshakes.status(of: "/ws/1", on: named, host: "chat.example.org") == 101)
        #expect(try Handshakes.status(of: "/ws/1", on: named, host: "other.example.org") == 421)
        let open = try RookeryServer(["--open"])
        #expect(try Handshakes.status(of: "/ws/1", on: open, host: "anything.example") == 101)
    }

    @Test(
        "H11 what came through a proxy is refused unless the node is open",
        arguments: ["Forwarded: for=1.2.3.4", "X-Forwarded-For: 1.2.3.4", "Via: 1.1 proxy"])
    func proxied(_ header: String) throws {
        #expect(try Handshakes.status(of: "/ws/1", on: SharedNode.plain(), headers: [header]) == 403)
        let open = try RookeryServer(["--open"])
        #expect(try Handshakes.status(of: "/ws/1", on: open, headers: [header]) == 101)
    }

    @Test("the page tells browsers to run nothing of others, and no answer has a CORS header")
    func pageHeaders() throws {
        let page = try SharedNode.plain().get("/")
        #expect(page.status == 200)
        #expect(page["Content-Type"]?.lowercased() == "text/html; charset=utf-8")
        #expect(
            page["Content-Security-Policy"]
                == "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        #expect(page["X-Content-Type-Options"] == "nosniff")
        #expect(page["Referrer-Policy"] == "no-referrer")
        for path in ["/", "/health", "/metrics", "/nowhere"] {
            let answer = try SharedNode.plain().get(
                path, headers: ["Origin: http://localhost:\(try SharedNode.plain().port)"])
            #expect(!answer.head.lowercased().contains("access-control-"), "\(path)")
        }
    }

    @Test("load balancers may ask with HEAD, OPTIONS or HTTP/1.0")
    func balancers() throws {
        let port = try SharedNode.plain().port
        let head = try RawHTTP.get("/health", port: port, method: "HEAD")
        #expect(head.status == 200 && head.body.isEmpty)
        #expect(try RawHTTP.get("/", port: port, method: "OPTIONS").status == 204)
        #expect(try RawHTTP.get("/health", port: port, method: "OPTIONS").status == 204)
        let old = try RawHTTP(port: port)
        try old.send("GET /health HTTP/1.0\r\n\r\n")
        #expect(try old.response().status == 200)
        #expect(old.isClosed())
    }

    @Test("wrong handshakes get the right status and a sentence")
    func wrongHandshakes() throws {
        let port = try SharedNode.plain().port
        let start = "Host: localhost:\(port)\r\n"
        let upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\n"
        let key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        let version = "Sec-WebSocket-Version: 13\r\n"
        for (request, status) in [
            ("POST /ws/1 HTTP/1.1\r\n" + start + upgrade + key + version, 405),
            ("GET /ws/1 HTTP/1.1\r\n" + start + upgrade + key + "Sec-WebSocket-Version: 8\r\n", 426),
            ("GET /ws/1 HTTP/1.1\r\n" + start + upgrade + key + "Sec-WebSocket-Version: 13, 8\r\n", 426),
            ("GET /ws/1 HTTP/1.1\r\n" + start + upgrade + version, 400),
            ("GET /ws/1 HTTP/1.1\r\n" + start + upgrade + version + "Sec-WebSocket-Key: c2hvcnQ=\r\n", 400),
            ("GET /ws/1 HTTP/1.1\r\n" + start + upgrade + version + key + key, 400),
            ("GET /ws/1 HTTP/1.1\r\n" + upgrade + key + version, 400),
            ("GET /ws/1 HTTP/1.1\r\n" + start + start + upgrade + key + version, 400),
            ("GET /ws/1 HTTP/2.0\r\n" + start, 505),
            ("GET /nowhere HTTP/1.1\r\n" + start, 404),
            ("DELETE / HTTP/1.1\r\n" + start, 405),
            ("GET /ws/1 HTTP/1.1\r\n" + start + "X: " + String(repeating: "x", count: 70_000) + "\r\n", 431),
            ("GET /" + String(repeating: "x", count: 70_000) + " HTTP/1.1\r\n" + start, 414),
        ] {
            let connection = try RawHTTP(port: port)
            try connection.send(request + "\r\n")
            let response = try connection.response()
            #expect(response.status == status, "\(request.prefix(60))")
            #expect(response.text.split(separator: " ").count >= 3, "\(response.text)")
            // A document that is not there costs nobody the connection; a handshake that failed does (row W13).
            if request.contains("Upgrade:") || status != 404 && status != 405 { #expect(connection.isClosed()) }
            if status == 426 { #expect(response["Sec-WebSocket-Version"] == "13") }
            if status == 405 { #expect(response["Allow"]?.contains("GET") == true) }
        }
    }
}
