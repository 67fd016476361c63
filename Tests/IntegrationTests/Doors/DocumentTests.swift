// GET, HEAD, bodies and expectations at the documents, over a socket (RFC 9110 §9.3.2, §10.1.1; RFC 9112 §6, §9.3).
import TestSupport
import Testing

@Suite("RFC 9110 documents over HTTP", .needs(.rookery), .ownsWhatItStarts)
struct DocumentTests {
    /// Documents that say something else each time: their length may differ.
    private static let living: Set<String> = ["/health", "/health/ready", "/metrics"]

    @Test(
        "HEAD has the status and the fields of GET and no body, so the next answer follows at once",
        arguments: [
            "/", "/app.js", "/connection.js", "/list.js", "/outbox.js", "/style.css", "/icon.svg", "/health",
            "/health/live", "/health/ready", "/metrics", "/nowhere", "/ws/1",
        ])
    func head(_ path: String) throws {
        let node = try SharedNode.plain()
        let get = try RawHTTP.get(path, port: node.port)
        let connection = try RawHTTP(port: node.port)
        let request = "\(path) HTTP/1.1\r\nHost: localhost:\(node.port)\r\n"
        try connection.send("HEAD \(request)\r\nHEAD \(request)Connection: close\r\n\r\n")
        let head = try connection.response(bodyExpected: false)
        // A door is no document: it refuses HEAD (405) and closes.
        guard path != "/ws/1" else {
            #expect(head.status == 405 && get.status == 426)
            #expect(connection.isClosed())
            return
        }
        let again = try connection.response(bodyExpected: false)
        for answer in [head, again] {
            #expect(answer.status == get.status)
            let isOwn = { (name: String) in
                name == "Connection" || name == "Content-Length" && Self.living.contains(path)
            }
            let fields = { (answer: RawHTTP.Response) in
                answer.headers.filter { !isOwn($0.name) }.map { "\($0.name): \($0.value)" }
            }
            #expect(fields(answer) == fields(get))
            #expect(answer["Content-Length"] != nil)
        }
        #expect(head["Connection"] == nil && again["Connection"] == "close")
        #expect(try connection.receiveRest().isEmpty, "a body behind a HEAD")
    }

    @Test(
        "a HEAD that is refused gets no body either, whatever is wrong with it",
        arguments: [
            ("", 400), ("Host: localhost\r\nExpect: foo\r\n", 417), ("Host: localhost\r\n folded\r\n", 400),
            ("Host: localhost\r\nContent-Length: x\r\n", 400),
        ])
    func refusedHead(_ fields: String, status: Int) throws {
        let connection = try RawHTTP(port: try SharedNode.plain().port)
        try connection.send("HEAD / HTTP/1.1\r\n\(fields)\r\n")
        #expect(try connection.response(bodyExpected: false).status == status)
        #expect(try connection.receiveRest().isEmpty, "a body behind a HEAD")
    }

    @Test(
        "HTTP/1.0 is answered without Host and closed, whatever it asks for",
        arguments: [
            "", "Connection: keep-alive\r\n", "Host: localhost\r\n", "Expect: 100-continue\r\nContent-Length: 2\r\n",
        ])
    func oldest(_ fields: String) throws {
        let connection = try RawHTTP(port: try SharedNode.plain().port)
        try connection.send("GET /health/live HTTP/1.0\r\n\(fields)\r\nok")
        let answer = try connection.response()
        #expect(answer.status == 200 && answer.text == "alive\n" && answer["Connection"] == "close")
        #expect(connection.isClosed())
    }

    @Test(
        "who waits for 100 Continue gets the answer instead, as no body is read, and the connection ends",
        arguments: [
            ("GET /health/live", "Content-Length: 5", 200), ("GET /health/live", "Transfer-Encoding: chunked", 200),
            ("POST /health/live", "Content-Length: 5", 405), ("GET /nowhere", "Content-Length: 5", 404),
            ("POST /", "Content-Length: 65537", 405), ("GET /", "Content-Length: 65537", 413),
            ("GET /", "Content-Length: 5, 5", 400), ("GET /ws/1", "Content-Length: 5", 426),
        ])
    func expectations(_ line: String, _ framing: String, _ status: Int) throws {
        let connection = try RawHTTP(port: try SharedNode.plain().port)
        try connection.send("\(line) HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n\(framing)\r\n\r\n")
        let answer = try connection.response()
        #expect(answer.status == status)
        #expect(answer["Connection"]?.hasSuffix("close") == true)
        #expect(try connection.socket.receiveToEnd().isEmpty)
    }

    @Test(
        "an expectation nobody knows is answered with 417, and nothing behind it is read",
        arguments: ["x", "100-continue, x", "100-continue=1", "\"100-continue\""])
    func unknownExpectation(_ value: String) throws {
        let connection = try RawHTTP(port: try SharedNode.plain().port)
        try connection.send(
            "GET /health/live HTTP/1.1\r\nHost: localhost\r\nExpect: \(value)\r\n\r\n"
                + "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
        let answer = try connection.response()
        #expect(answer.status == 417 && answer["Connection"] == "close")
        #expect(try connection.socket.receiveToEnd().isEmpty)
    }

    @Test("a body within the limit is read past, one over it is refused with 413 before it has come")
    func bodies() throws {
        let port = try SharedNode.plain().port
        let head = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n"
        let most = String(repeating: "x", count: 65_536)
        let connection = try RawHTTP(port: port)
        try connection.send("\(head)Content-Length: 65536\r\n\r\n\(most)")
        try connection.send("\(head)Transfer-Encoding: chunked\r\n\r\n10000;a=b\r\n\(most)\r\n0\r\nA: b\r\n\r\n")
        try connection.send("HEAD /health/live HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc\(head)\r\n")
        #expect(try connection.response().status == 200)
        #expect(try connection.response().status == 200)
        #expect(try connection.response(bodyExpected: false).status == 200)
        #expect(try connection.response().text == "alive\n")
        for (framing, body) in [
            ("Content-Length: 65537", ""), ("Transfer-Encoding: chunked", "10001\r\n"),
            ("Transfer-Encoding: chunked", "10000\r\n\(most)\r\n1\r\n"),
        ] {
            let connection = try RawHTTP(port: port)
            try connection.send("\(head)\(framing)\r\n\r\n\(body)")
            #expect(try connection.response().status == 413)
            #expect(connection.isClosed())
        }
    }
}
