// `rookery-bench conformance redis://…`: a real redis-server, with and without a password, with commands taken away, through both kinds of
// sockets, and what ends with status 2.
import Foundation
import TestSupport
import Testing

extension ConformanceRunner {
    func ids(_ outcome: String) -> Set<String> {
        Set(cases.filter { $0.outcome == outcome }.map(\.id))
    }
}

/// The table of docs/conformance-redis.md: what foreign programs do otherwise. `| program | `id` `id` | … |`, "may" included.
enum KnownDeviations {
    static func of(_ program: String) throws -> Set<String> {
        let text = try String(contentsOfFile: PackageFolder.path("docs/conformance-redis.md"), encoding: .utf8)
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| \(program) |") }
        let ids = rows.flatMap { row in
            row.split(separator: "|")[1].split(separator: "`").enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
        }
        guard !ids.isEmpty else { throw KitError("docs/conformance-redis.md has no row of \(program)") }
        return Set(ids.map(String.init))
    }
}

@Suite("Conformance of RESP servers", .needs(.bench), .ownsWhatItStarts)
struct RedisServerConformanceTests {
    @Test(
        "redis-server has the deviations that the document names, and no others, and nothing is left in it",
        .needs(.redis))
    func redisServer() throws {
        let server = try RedisServer()
        let run = try ConformanceRunner([server.url])
        #expect(run.ids("failed") == (try KnownDeviations.of("redis-server 7.0.15")), "\(run.output)")
        #expect(run.exit == .exited(1))
        #expect(run.cases.count >= 400 && run.ids("passed").count >= 400)
        #expect(run.untested == [])
        #expect(try server.client().command("DBSIZE") == .integer(0))
        guard case .array(let users) = try server.client().command("ACL", "USERS") else { throw KitError("no users") }
        #expect(users.count == 1, "a user was left")
    }

    @Test("with a password the cases of AUTH run, too, and no report shows it, not even as bytes", .needs(.redis))
    func password() throws {
        let server = try RedisServer(password: "sesame, öffne dich")
        let folder = try TemporaryFolder("reports")
        defer { folder.release() }
        let (junit, page) = (folder.file("result.xml"), folder.file("result.html"))
        let url = "redis://:sesame%2C%20%C3%B6ffne%20dich@127.0.0.1:\(server.port)"
        let run = try ConformanceRunner([
            url, "--only", "auth/", "--only", "hello/", "--only", "session/", "--only", "pubsub3/", "--junit", junit,
            "--html", page,
        ])
        #expect(run.ids("failed").isSubset(of: try KnownDeviations.of("redis-server 7.0.15")), "\(run.output)")
        #expect(run.ids("failed").contains("hello/proto-is-the-highest"))
        for id in ["auth/ok", "auth/hello-wrong-password", "auth/noauth-before", "session/reset-deauthenticates"] {
            #expect(run.ids("passed").contains(id))
        }
        // "sesame" in bytes, wherever a group of four begins; failures of connections that said AUTH are among them.
        let told =
            try run.output + String(describing: run.result)
            + String(contentsOfFile: junit, encoding: .utf8) + String(contentsOfFile: page, encoding: .utf8)
        #expect(told.contains("sent"))
        #expect(!told.contains("sesame"))
        #expect(!told.replacingOccurrences(of: " ", with: "").contains("736573616d65"))
    }

    @Test("a user with a password is who the cases run as", .needs(.redis))
    func user() throws {
        let server = try RedisServer()
        _ = try server.client().command("ACL", "SETUSER", "tester", "on", ">sesame", "~*", "&*", "+@all")
        _ = try server.client().command("ACL", "SETUSER", "default", "off")
        let run = try ConformanceRunner([
            "redis://tester:sesame@127.0.0.1:\(server.port)", "--only", "auth/", "--only", "resp3/",
        ])
        #expect(run.exit == .exited(0), "\(run.output)")
        #expect(run.ids("passed").isSuperset(of: ["auth/ok", "auth/hello-auth", "auth/wrong-password"]))
    }

    @Test("a wrong password, or none where one is wanted, ends with 2 and the server's words", .needs(.redis))
    func refused() throws {
        let server = try RedisServer(password: "sesame")
        let none = try ConformanceRunner(["redis://127.0.0.1:\(server.port)"])
        #expect(none.exit == .exited(2) && none.output.contains("NOAUTH"), "\(none.output)")
        let wrong = try ConformanceRunner(["redis://:barley@127.0.0.1:\(server.port)"])
        #expect(wrong.exit == .exited(2) && wrong.output.contains("WRONGPASS"), "\(wrong.output)")
        #expect(!wrong.output.contains("barley"))
    }

    @Test("what a server refuses is skipped with its words: commands that it does not have, DEBUG", .needs(.redis))
    func refusals() throws {
        let server = try RedisServer(options: [
            "--enable-debug-command", "no", "--rename-command", "EVAL", "", "--rename-command", "SSUBSCRIBE", "",
            "--rename-command", "MULTI", "BEGIN", "--rename-command", "PUBLISH", "",
        ])
        let run = try ConformanceRunner([
            server.url, "--only", "debug", "--only", "script", "--only", "ssub", "--only", "multi/", "--only",
            "/message",
            "--skip", "without-multi", "--skip", "no-such-script", "--skip", "multi/watch-inside",
        ])
        #expect(run.exit == .exited(0), "\(run.output)")
        #expect(run.ids("failed") == [] && run.ids("passed") == [], "\(run.output)")
        #expect(run.ids("skipped").count >= 65)
        #expect(run.output.contains("DEBUG is switched off: ERR DEBUG command not allowed"))
        #expect(run.output.contains("the server does not know the command: ERR unknown command 'MULTI'"))
    }

    @Test("a unix socket leads to the server as well", .needs(.redis))
    func unixSocket() throws {
        let server = try RedisServer()
        let run = try ConformanceRunner([
            "unix:\(server.unixPath)", "--protocol", "redis", "--only", "resp", "--strict",
        ])
        #expect(run.exit == .exited(0), "\(run.output)")
        #expect(run.ids("passed").count >= 100)
    }

    @Test("nobody there, something else there, and wrong arguments end with 2 and a sentence", .needs(.rookery))
    func nothingToTest() throws {
        let port = try FreePort.next()
        let nobody = try ConformanceRunner(["redis://127.0.0.1:\(port)"], seconds: 60)
        #expect(nobody.exit == .exited(2) && nobody.output.contains("Connection refused"), "\(nobody.output)")
        let database = try ConformanceRunner(["redis://127.0.0.1:\(port)/3"], seconds: 60)
        #expect(database.exit == .exited(2) && database.output.contains("database 0"), "\(database.output)")
        let web = try RookeryServer()
        let page = try ConformanceRunner(["redis://127.0.0.1:\(web.port)"], seconds: 60)
        #expect(page.exit == .exited(2) && page.output.contains("no RESP to test"), "\(page.output)")
    }

    @Test("a server that is still being started when the tool begins is waited for", .needs(.redis))
    func lateServer() throws {
        let port = try FreePort.next()
        let bench = try ChildProcess(
            try #require(BenchBinary.path), ["conformance", "redis://127.0.0.1:\(port)", "--only", "resp2/"])
        Thread.sleep(forTimeInterval: 0.5)
        #expect(bench.exitStatus == nil, "\(bench.output)")
        let server = try RedisServer(port: port)
        defer { withExtendedLifetime(server) {} }
        #expect(bench.waitForExit(seconds: 60) == .exited(0), "\(bench.output)")
    }

    @Test("--list names each case once, with its section")
    func list() throws {
        let run = try ConformanceRunner(["redis://127.0.0.1:1", "--list"])
        #expect(run.exit == .exited(0))
        let ids = run.output.split(separator: "\n").compactMap { $0.split(separator: " ").dropFirst().first }
        #expect(ids.count >= 400)
        #expect(Set(ids).count == ids.count)
    }
}
