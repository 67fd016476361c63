// Who may call, and that no key is ever shown.
import EventLoop
import TestSupport
import Testing
import WSProtocol

@testable import Server

@Suite("HTTP API, keys")
struct APIKeyTests {
    private static let marker = "Marker-4711-of-the-key"
    private static let other = "Second-4712-of-the-key"

    /// The status; 0: the call would be taken.
    private func status(
        _ request: String, _ fields: String, keys: [String] = [marker], takesQuery: Bool = false
    ) throws -> Int {
        var configuration = Configuration()
        configuration.api.writtenKeys = try keys.map { try Secret(line: Array($0.utf8)) }
        configuration.api.takesKeyInQuery = takesQuery
        let node = try makeNode(configuration)
        let router = Router(node: node, api: APIDesk(node, on: try EventLoop(), node.apiCounters[0]))
        var search = HeadSearch()
        let bytes = Array("\(request) HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n".utf8)
        let head = try #require(try RequestHead.parse(bytes.span, search: &search, limits: HTTPLimits())).head
        do throws(HTTPRefusal) {
            switch try router.route(head, node.live) {
            case .answer(let response):
                if response.status == .unauthorized { #expect(response.body.isEmpty) }
                return response.status.rawValue
            case .take: return 0
            default: return -1
            }
        } catch {
            return error.status.rawValue
        }
    }

    @Test(
        "a key counts where programs put it",
        arguments: [
            ("X-API-Key: \(marker)\r\n", 0), ("x-api-key:   \(marker)  \r\n", 0), ("X-API-Key: \(other)\r\n", 0),
            ("Authorization: apikey \(marker)\r\n", 0), ("authorization: ApiKey   \(marker)\r\n", 0),
            ("X-API-Key: wrong\r\nAuthorization: apikey \(marker)\r\n", 0),
            ("X-API-Key: wrong\r\nX-API-Key: \(marker)\r\n", 0),
            ("", 401), ("X-API-Key: \r\n", 401), ("X-API-Key: \(marker.dropLast())\r\n", 401),
            ("X-API-Key: \(marker)x\r\n", 401), ("X-API-Key: \(marker.lowercased())\r\n", 401),
            ("Authorization: \(marker)\r\n", 401), ("Authorization: Bearer \(marker)\r\n", 401),
            ("Authorization: apikey\(marker)\r\n", 401), ("X-API-Keys: \(marker)\r\n", 401),
            ("Cookie: X-API-Key=\(marker)\r\n", 401), ("X-API-Key: apikey \(marker)\r\n", 401),
        ])
    func places(_ fields: String, _ status: Int) throws {
        #expect(try self.status("POST /api/info", fields, keys: [APIKeyTests.marker, APIKeyTests.other]) == status)
    }

    @Test("J8 one byte that differs, wherever it is, is another key")
    func otherBytes() throws {
        let key = Array(APIKeyTests.marker.utf8)
        #expect(try status("POST /api/info", "X-API-Key: \(APIKeyTests.marker)\r\n") == 0)
        for index in key.indices {
            var changed = key
            changed[index] ^= 1
            let text = String(decoding: changed, as: UTF8.self)
            #expect(try status("POST /api/info", "X-API-Key: \(text)\r\n") == 401)
        }
    }

    @Test("no key configured: nobody may, not even with an empty one")
    func noKey() throws {
        for fields in ["", "X-API-Key: \r\n", "X-API-Key: x\r\n", "Authorization: apikey \r\n"] {
            #expect(try status("POST /api/info", fields, keys: []) == 401)
            #expect(try status("POST /api/info?api_key=", fields, keys: [], takesQuery: true) == 401)
        }
    }

    @Test("a key in the address counts only where a setting says so")
    func query() throws {
        let path = "POST /api/info?api_key=\(APIKeyTests.marker)"
        #expect(try status(path, "") == 401)
        #expect(try status(path, "", takesQuery: true) == 0)
        #expect(try status(path + "x", "", takesQuery: true) == 401)
        #expect(try status("POST /api/info?API_KEY=\(APIKeyTests.marker)", "", takesQuery: true) == 401)
        #expect(try status("POST /api/info?api_key=%zz", "", takesQuery: true) == 401)
    }

    @Test(
        "paths and methods",
        arguments: [
            ("GET /api/info", 405), ("PUT /api/info", 405), ("DELETE /api/info", 405), ("HEAD /api/info", 405),
            ("OPTIONS /api/info", 204), ("POST /api/nothing", 404), ("POST /api/", 404), ("POST /api", 404),
            ("POST /api/info/", 404), ("POST /api/inf%6f", 404), ("POST /api/INFO", 404), ("POST //api/info", 404),
            ("POST /api/connections", 404), ("POST /api/map_publish", 404), ("POST /api/openapi.json", 405),
            ("GET /api/openapi.json", 200), ("HEAD /api/openapi.json", 200),
        ])
    func paths(_ request: String, _ status: Int) throws {
        #expect(try self.status(request, "X-API-Key: \(APIKeyTests.marker)\r\n") == status)
    }

    @Test("W11 a page of a stranger may not call, even with the key")
    func origin() throws {
        let key = "X-API-Key: \(APIKeyTests.marker)\r\n"
        #expect(try status("POST /api/info", key + "Origin: http://evil.example\r\n") == 403)
        #expect(try status("POST /api/info", key + "Origin: http://localhost\r\n") == 0)
    }

    // MARK: Settings

    private func read(
        _ arguments: [String], _ environment: [String: String] = [:], file: String = ""
    ) throws(ConfigurationReader.Failure) -> LoadedConfiguration {
        let outcome = try ConfigurationReader.read(arguments: arguments, environment: environment) { _ in
            Array(file.utf8)
        }
        guard case .run(let loaded) = outcome else { throw ConfigurationReader.Failure(message: "no settings") }
        return loaded
    }

    @Test("keys come from files, the environment and the configuration file, and all of them count")
    func sources() throws {
        let folder = try TemporaryFolder("keys")
        let file = try folder.write("of-the-file-0123456789\n", to: "key.txt")
        let loaded = try read(
            ["--config", "c", "--api-key-file", file],
            ["ROOKERY_API_KEY": "of-the-environment-1", "ROOKERY_API_KEY_2": "of-the-environment-2"],
            file: #"{"open": true, "api_key": ["written-1-0123456789", "written-2-0123456789"]}"#)
        var configuration = loaded.configuration
        #expect(StartRules.problems(&configuration).isEmpty)
        let keys = configuration.api.keys.map { String(decoding: $0.bytes, as: UTF8.self) }
        #expect(
            keys == [
                "of-the-file-0123456789", "of-the-environment-1", "of-the-environment-2", "written-1-0123456789",
                "written-2-0123456789",
            ])
        let one = try read(["--config", "c"], file: #"{"open": true, "api_key": "written-0123456789"}"#)
        #expect(one.configuration.api.keys.count == 1)
        #expect(try read([], ["ROOKERY_API_KEY": ""]).configuration.api.keys.isEmpty, "an empty variable is none")
    }

    @Test("no key is shown by rookery config, by a warning, by a mistake or by a description")
    func hidden() throws {
        let marker = APIKeyTests.marker
        let loaded = try read(
            ["--config", "c"], ["ROOKERY_API_KEY": marker], file: #"{"open": true, "api_key": ["\#(marker)"]}"#)
        let shown = ConfigurationWriter.inForce(loaded)
        #expect(shown.contains("\"api_key\"  1, not shown") && !shown.contains("Marker"))
        var configuration = loaded.configuration
        #expect(StartRules.problems(&configuration).isEmpty)
        #expect(!"\(configuration)".contains("Marker") && !String(reflecting: configuration).contains("Marker"))
        var short = Configuration()
        short.api.writtenKeys = [try Secret(line: Array("Marker".utf8))]
        #expect(short.warnings.contains { $0.contains("6 bytes") } && !short.warnings.joined().contains("Marker"))
        for wrong in [#""Marker\u0007x""#, #"["Marker", 7]"#, #"{"Marker": 1}"#, #"["Marker é"]"#, #"" Marker""#] {
            let error = #expect(throws: ConfigurationReader.Failure.self) {
                try read(["--config", "c"], file: "{\"open\": true, \"api_key\": \(wrong)}")
            }
            #expect(
                error?.message.contains("api_key") == true && error?.message.contains("Marker") == false, "\(wrong)")
        }
        let error = #expect(throws: ConfigurationReader.Failure.self) { try read([], ["ROOKERY_API_KEY": "Marker\né"]) }
        #expect(error?.message.contains("ROOKERY_API_KEY") == true && error?.message.contains("Marker") == false)
    }

    @Test("a file that is not there, is empty, or has several lines keeps a node from starting; so do too many keys")
    func wrongFiles() throws {
        let folder = try TemporaryFolder("keys")
        let paths = [
            folder.file("missing"), try folder.write("", to: "empty"), try folder.write("\n", to: "line"),
            try folder.write("Marker-a\nMarker-b\n", to: "two"), try folder.write("Marker \n", to: "space"),
        ]
        for path in paths {
            var configuration = Configuration()
            configuration.api.keyFiles = [path]
            let problems = StartRules.problems(&configuration)
            #expect(problems.count == 1 && problems[0].flag == "--api-key-file" && problems[0].text.contains(path))
            #expect(!problems[0].text.contains("Marker"))
        }
        var many = Configuration()
        let file = try folder.write("a-key-of-the-tests", to: "key")
        many.api.keyFiles = Array(repeating: file, count: APISettings.keysMax + 1)
        #expect(StartRules.problems(&many).count == 1)
    }

    @Test("SIGHUP takes other keys, of a file of the same name, too, and says so without showing one")
    func reload() throws {
        let folder = try TemporaryFolder("keys")
        let file = try folder.write("a-first-key-of-the-tests", to: "key")
        let old = try read(["--config", "c", "--api-key-file", file], file: #"{"open": true}"#)
        var configuration = old.configuration
        _ = StartRules.problems(&configuration)
        let node = try makeNode(configuration)
        let before = node.live.api.keys
        #expect(before.count == 1)
        _ = try folder.write("a-second-key-of-the-tests", to: "key")
        let change = try ConfigurationChange(from: old, to: old)
        try change.apply(to: node)
        #expect(node.live.api.keys == [try Secret(line: Array("a-second-key-of-the-tests".utf8))])
        let words = change.words(hasOtherKeys: before != node.live.api.keys)
        #expect(words.contains("changed: keys of the HTTP API") && !words.contains("a-second"))
        #expect(!change.words().contains("keys of the HTTP API"))
    }
}
