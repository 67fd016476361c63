// `POST /auth/login` of a real node: who may ask, what is refused before a password is looked at, and a whole login with hashes that Python made.
import EventLoop
import Foundation
import TestSupport
import Testing

@Suite("A node logs people in", .needs(.rookery), .ownsWhatItStarts)
struct LoginTests {
    private static let secret = "a secret of more than thirty-two bytes, Marker77"
    /// As bytes: what stands in no log, answer or document.
    private static let markers = ["Marker77", "correct horse"]

    private struct Place {
        let folder: TemporaryFolder
        let users: String
        let secret: String

        var flags: [String] { ["--users", users, "--token-secret-file", secret] }
    }

    /// A file of users made without a line of ours: ann, whose password is "correct horse bättery".
    private func place() throws -> Place {
        let folder = try TemporaryFolder("login")
        let make = """
            import base64, hashlib, json, os, sys
            encode = lambda data: base64.urlsafe_b64encode(data).decode().rstrip("=")
            salt = bytes(range(16))
            key = hashlib.pbkdf2_hmac("sha256", "correct horse bättery".encode(), salt, 600000)
            line = {"user": "ann", "scheme": "pbkdf2-sha256", "rounds": 600000, "salt": encode(salt), "key": encode(key),
                "rooms": ["room:*"]}
            with open(os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
                file.write(json.dumps(line) + "\\n")
            """
        let users = folder.file("users.jsonl")
        let python = try ChildProcess("python3", ["-c", make, users])
        guard python.waitForExit(seconds: 60) == .exited(0) else { throw KitError(python.output) }
        let secret = try folder.write(Self.secret + "\n", to: "secret.txt")
        return Place(folder: folder, users: users, secret: secret)
    }

    private func post(
        _ node: RookeryServer, _ body: String, _ headers: [String] = ["Content-Type: application/json"],
        method: String = "POST", seconds: Double = 10
    ) throws -> RawHTTP.Response {
        try RawHTTP.get(
            "/auth/login", port: node.port, method: method, headers: headers, body: body, seconds: seconds)
    }

    @Test("without --users there is nothing at /auth/login")
    func off() throws {
        let node = try SharedNode.plain()
        for method in ["GET", "POST", "OPTIONS"] {
            #expect(try post(node, "", method: method).status == 404, "\(method)")
        }
        #expect(try node.health().body.contains(#""login":false"#))
    }

    @Test("it takes JSON of this origin and nothing else, before any password is tried")
    func refusals() throws {
        let node = try RookeryServer(place().flags + ["--threads", "1"])
        let json = "Content-Type: application/json"
        let origin = "Origin: http://localhost:\(node.port)"
        for (status, body, headers) in [
            (400, "{}", [json]), (400, "", [json, origin]),
            (400, "{}", ["content-type: Application/JSON; charset=utf-8"]),
            (400, #"{"user":"ann","password":5}"#, [json]), (415, "{}", []), (415, "{}", ["Content-Type: text/plain"]),
            (415, "user=a&password=b", ["Content-Type: application/x-www-form-urlencoded"]),
            (415, "{}", ["Content-Type: application/jsonx"]), (403, "{}", [json, "Origin: http://evil.example"]),
            (403, "{}", [json, "Origin: null"]), (403, "{}", [json, "Origin: http://localhost:1"]),
            (413, String(repeating: " ", count: 20_000), [json]),
        ] as [(Int, String, [String])] {
            let answer = try post(node, body, headers)
            #expect(answer.status == status, "\(headers) \(body.prefix(40)): \(answer.status)")
            #expect(answer["Cache-Control"] == "no-store" && answer["Access-Control-Allow-Origin"] == nil)
        }
        let get = try post(node, "", method: "GET")
        #expect(get.status == 405 && get["Allow"]?.contains("POST") == true)
        let options = try post(node, "", [origin, "Access-Control-Request-Method: POST"], method: "OPTIONS")
        #expect(options.status == 204 && options["Access-Control-Allow-Origin"] == nil)
        #expect(try post(node, "{}", method: "PUT").status == 405)
        for path in ["/auth/login/", "/auth", "/auth/logi", "/auth/%6Cogin", "/auth/login/x"] {
            #expect(try RawHTTP.get(path, port: node.port, method: "POST").status != 400, "\(path)")
        }
        #expect(try node.health().body.contains(#""login":true"#))
        #expect(try node.metric("rookery_logins_total") == 0)
    }

    @Test(
        "the right password gives a token that the node takes; a wrong one and an unknown name are one answer",
        .unsanitized())
    func whole() throws {
        let place = try place()
        let node = try RookeryServer(place.flags + ["--login-time", "90s"])
        // A release build takes a sixth of a second for a password, a debug build on a busy machine longer than a request may last: then the
        // first answer is 503, and 429 while the password is still being tried.
        func logIn(_ user: String, _ password: String) throws -> RawHTTP.Response {
            let deadline = Deadline(seconds: 240)
            while !deadline.hasPassed {
                let answer = try post(node, #"{"user":"\#(user)","password":"\#(password)"}"#, seconds: 60)
                guard answer.status == 503 || answer.status == 429 else { return answer }
                sleep(milliseconds: 500)
            }
            throw KitError("no answer in time")
        }
        let right = try logIn("ann", "correct horse b\\u00e4ttery")
        #expect(
            right.status == 200 && right["Content-Type"] == "application/json" && right["Cache-Control"] == "no-store")
        let answer = try #require(try JSONSerialization.jsonObject(with: Data(right.body)) as? [String: Any])
        let token = try #require(answer["token"] as? String)
        #expect(answer["expires_in"] as? Int == 90 && answer.count == 2)
        let file = try place.folder.write(token, to: "token.txt")
        let check = try ChildProcess(
            "/bin/sh",
            [
                "-c", "exec \"$0\" token --check - --secret-file \"$1\" < \"$2\"", RookeryBinary.path ?? "",
                place.secret, file,
            ])
        #expect(check.waitForExit(seconds: 20) == .exited(0), "\(check.output)")
        #expect(check.output.contains(#"sub: "ann""#) && check.output.contains("room:*"), "\(check.output)")
        let wrong = try logIn("ann", "correct horse battery")
        let unknown = try logIn("bob", "correct horse b\\u00e4ttery")
        #expect(wrong.status == 401 && unknown.status == 401 && wrong.body == unknown.body)
        // A try whose answer came too late has counted, too, and then there is a delay.
        let names = [wrong, unknown].map { $0.headers.map(\.name).filter { $0 != "Retry-After" } }
        #expect(names[0] == names[1] && names[0].contains("WWW-Authenticate"))
        let pages = try [node.get("/health").text, node.get("/metrics").text]
        for text in pages + [node.log, wrong.text, wrong.head] {
            for marker in Self.markers + [token] { #expect(!text.contains(marker), "\(marker)") }
        }
        #expect(try node.metric("rookery_logins_total", ["outcome": "welcome"]) >= 1)
        #expect(try node.metric("rookery_logins_total", ["outcome": "wrong"]) >= 2)
    }

    @Test(
        "a node that could not log anybody in does not start, and says why",
        arguments: [
            (["--users", "none.jsonl"], "rookery user add"), (["--users", "USERS"], "HMAC key"),
            (["--users", "USERS", "--token-secret-file", "SECRET", "--token-require", "info"], "would be refused"),
            (["--users", "USERS", "--token-secret-file", "SECRET", "--token-max-lifetime", "1h"], "would be refused"),
            (["--users", "OPEN", "--token-secret-file", "SECRET"], "chmod 600"),
            (["--users", "SECRET", "--token-secret-file", "SECRET"], "SECRET:1:"),
        ])
    func start(_ flags: [String], _ words: String) throws {
        let place = try place()
        let open = place.folder.file("open.jsonl")
        try FileManager.default.copyItem(atPath: place.users, toPath: open)
        #expect(chmod(open, 0o644) == 0 && chmod(place.secret, 0o600) == 0)
        let names = ["USERS": place.users, "SECRET": place.secret, "OPEN": open]
        let (exit, output) = try RookeryServer.run(flags.map { names[$0] ?? $0 })
        #expect(exit == .exited(2) && output.contains(words.replacing("SECRET", with: place.secret)), "\(output)")
        for marker in Self.markers { #expect(!output.contains(marker), "\(output)") }
    }
}
