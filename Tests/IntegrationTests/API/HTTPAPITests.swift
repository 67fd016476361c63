// The HTTP API of a real node: cent speaks to it, and what only sockets show.
import EventLoop
import Foundation
import TestSupport
import Testing

@Suite("HTTP API of a node", .needs(.rookery), .ownsWhatItStarts)
struct HTTPAPITests {
    private static let key = "Marker-of-the-key-4711"

    private func post(
        _ node: RookeryServer, _ path: String, _ body: String, _ headers: [String] = ["X-API-Key: \(key)"]
    ) throws -> RawHTTP.Response {
        try RawHTTP.get("/api/" + path, port: node.port, method: "POST", headers: headers, body: body)
    }

    private func python(_ script: String, _ arguments: [String]) throws -> (ChildProcess.Exit?, String) {
        let python = try #require(PythonEnvironment.interpreter, "Tools/test-venv makes it")
        let path = PackageFolder.path("Tests/IntegrationTests/Peers/\(script)")
        let process = try ChildProcess(python, [path] + arguments)
        let exit = process.waitForExit(seconds: 60)
        if exit == nil { process.kill(9) }
        return (exit, process.output)
    }

    @Test("cent and a client of centrifuge-python find everything as it should be", arguments: ["1", "3"])
    func cent(threads: String) throws {
        let folder = try TemporaryFolder("api")
        let options =
            #""presence": true, "history_size": 10, "history_ttl": "300s", "allow_subscribe_for_client": true, "allow_subscribe_for_anonymous": true"#
        let file = try folder.write(
            #"{"open": true, "without_namespace": {\#(options)}, "namespaces": [{"name": "bare"}]}"#, to: "c.json")
        let node = try RookeryServer(
            ["--config", file, "--threads", threads], environment: ["ROOKERY_API_KEY": Self.key])
        let (exit, output) = try python("cent_client.py", ["\(node.port)", Self.key])
        #expect(exit == .exited(0) && output.contains("fine"), "\(output)")
    }

    @Test("the document is OpenAPI, read without a key; a document that says something else is not")
    func document() throws {
        let node = try SharedNode.plain()
        let answer = try RawHTTP.get("/api/openapi.json", port: node.port)
        #expect(answer.status == 200 && answer["Content-Type"] == "application/json")
        let folder = try TemporaryFolder("openapi")
        let whole = try folder.write(answer.text, to: "openapi.json")
        let broken = try folder.write(
            answer.text.replacingOccurrences(of: "\"in\":\"query\"", with: "\"in\":\"nowhere\""), to: "broken.json")
        let python = try #require(PythonEnvironment.interpreter, "Tools/test-venv makes it")
        for (path, status) in [(whole, ChildProcess.Exit.exited(0)), (broken, .exited(1))] {
            let process = try ChildProcess(python, ["-m", "openapi_spec_validator", path])
            #expect(process.waitForExit(seconds: 60) == status, "\(process.output)")
        }
    }

    @Test("no key is in the log, in an answer, in /health, in /metrics or in what rookery config prints")
    func marker() throws {
        let folder = try TemporaryFolder("api")
        let keyFile = try folder.write("Marker-of-the-file-4712\n", to: "key")
        let file = try folder.write(
            #"{"open": true, "api_key": ["Marker-of-the-config-4713"], "api_key_in_query": true}"#, to: "c.json")
        let flags = ["--config", file, "--api-key-file", keyFile]
        let environment = ["ROOKERY_API_KEY": Self.key]
        let node = try RookeryServer(flags, environment: environment)
        var seen: [String] = []
        for key in [Self.key, "Marker-of-the-file-4712", "Marker-of-the-config-4713"] {
            let header = ["X-API-Key: \(key)"]
            #expect(try post(node, "info", "{}", header).status == 200)
            #expect(try post(node, "info?api_key=\(key)", "{}", []).status == 200)
            for (path, body, headers) in [
                ("info", "{", header), ("info", "{\"\(key)\":1,\"\(key)\":2,", header),
                ("nothing?api_key=\(key)", "{}", []),
                ("info", "{}", ["X-API-Key: \(key)x"]), ("info", "{}", ["Authorization: Bearer \(key)"]),
                ("publish", "{\"channel\":1}", header),
            ] {
                let answer = try post(node, path, body, headers)
                seen.append(answer.head + (body.contains(key) ? "" : answer.text))
            }
        }
        node.process.kill(SIGHUP)
        try wait(until: "the node has read its settings again", seconds: 10) { node.log.contains("reload") }
        for path in ["/health", "/health/ready", "/metrics", "/api/openapi.json", "/"] {
            seen.append(try RawHTTP.get(path, port: node.port).text)
        }
        for command in ["config", "check"] {
            seen.append(try RookeryServer.run([command] + flags, environment: environment).output)
        }
        seen.append(node.log)
        for text in seen { #expect(!text.contains("Marker"), "\(text)") }
        #expect(seen.joined().contains("not shown"))
    }

    @Test("SIGHUP changes the keys; who has the old one is out")
    func rotation() throws {
        let folder = try TemporaryFolder("api")
        let keyFile = try folder.write("a-first-key-of-the-tests\n", to: "key")
        let file = try folder.write(#"{"open": true}"#, to: "c.json")
        let node = try RookeryServer(["--config", file, "--api-key-file", keyFile])
        #expect(try post(node, "info", "{}", ["X-API-Key: a-first-key-of-the-tests"]).status == 200)
        _ = try folder.write("a-second-key-of-the-tests\n", to: "key")
        node.process.kill(SIGHUP)
        try wait(until: "the new key counts", seconds: 10) {
            try post(node, "info", "{}", ["X-API-Key: a-second-key-of-the-tests"]).status == 200
        }
        #expect(try post(node, "info", "{}", ["X-API-Key: a-first-key-of-the-tests"]).status == 401)
        #expect(node.log.contains("changed: keys of the HTTP API"))
    }

    @Test("H5 a body has a limit, and who has no key hears that instead, whatever he sends")
    func bodies() throws {
        let node = try RookeryServer(["--max-api-bytes", "64KiB"], environment: ["ROOKERY_API_KEY": Self.key])
        func body(_ bytes: Int) -> String {
            let rest = bytes - #"{"channel":"a","data":""}"#.utf8.count
            return #"{"channel":"a","data":"\#(String(repeating: "x", count: rest))"}"#
        }
        #expect(try post(node, "publish", body(65_536)).text.hasPrefix(#"{"result":"#))
        #expect(try post(node, "publish", body(65_537)).status == 413)
        for size in [10, 100_000] {
            let refused = try post(node, "publish", String(repeating: "x", count: size), [])
            #expect(refused.status == 401 && refused.body.isEmpty && refused["WWW-Authenticate"] == "apikey")
        }
        let connection = try RawHTTP(port: node.port)
        let head = "POST /api/info HTTP/1.1\r\nHost: localhost:\(node.port)\r\nX-API-Key: \(Self.key)\r\n"
        try connection.send(head + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        #expect(try connection.response(bodyExpected: false).status == 100)
        try connection.send("{}")
        #expect(try connection.response().text.contains("num_clients"))
    }

    @Test("H8 calls of one connection are answered in order, also when their channels live on several loops")
    func pipelined() throws {
        let node = try RookeryServer(["--threads", "3"], environment: ["ROOKERY_API_KEY": Self.key])
        let connection = try RawHTTP(port: node.port)
        var text = ""
        for number in 0..<200 {
            let body = #"{"commands":[{"publish":{"channel":"c\#(number)","data":1}},{"n\#(number)":{}}]}"#
            text +=
                "POST /api/batch HTTP/1.1\r\nHost: localhost:\(node.port)\r\nX-API-Key: \(Self.key)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        }
        try connection.send(text)
        for number in 0..<200 {
            let answer = try connection.response()
            #expect(
                answer.status == 200 && answer.text.contains("commands[1].n\(number)\""), "\(number): \(answer.text)")
        }
    }

    @Test("H12 calls are counted by method and outcome, and nothing that was sent becomes a label")
    func metrics() throws {
        let node = try RookeryServer(environment: ["ROOKERY_API_KEY": Self.key])
        func families() throws -> Set<String> {
            let text = try RawHTTP.get("/metrics", port: node.port).text
            return Set(text.split(separator: "\n").map { String($0.prefix { $0 != " " }) })
        }
        let before = try families()
        for number in 0..<20 {
            _ = try post(node, "made-up-\(number)", "{}")
            _ = try post(node, "batch", #"{"commands":[{"made_up_\#(number)":{}},{"info":{}}]}"#)
            _ = try post(node, "info", "{}", ["X-API-Key: made-up-\(number)"])
            _ = try post(node, "publish", #"{"channel":"made-up-\#(number)"}"#)
            _ = try post(node, "info", "made up \(number)")
        }
        #expect(try families() == before)
        let text = try RawHTTP.get("/metrics", port: node.port).text
        for line in [
            #"rookery_api_calls_total{method="batch",outcome="done"} 20"#,
            #"rookery_api_calls_total{method="info",outcome="done"} 20"#,
            #"rookery_api_calls_total{method="publish",outcome="refused"} 20"#,
            #"rookery_api_rejected_total{reason="unauthorized"} 20"#,
            #"rookery_api_rejected_total{reason="unreadable"} 20"#,
        ] {
            #expect(text.contains(line), "\(line)")
        }
    }
}
