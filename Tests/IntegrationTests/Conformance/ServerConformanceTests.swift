// `rookery-bench conformance` on servers that conform: ours, and foreign ones with exactly the faults that docs/conformance.md names.
import Foundation
import TestSupport
import Testing

@Suite("Conformance of WebSocket servers", .needs(.bench), .needs(.rookery), .ownsWhatItStarts, .serialized)
struct ServerConformanceTests {
    private static let flags = ["--echo", "--relay", "", "--max-message-bytes", "16777216"]

    @Test("Rookery's echo door passes all of it, may included, in at least 600 cases")
    func echo() throws {
        let server = try RookeryServer(Self.flags)
        let run = try ConformanceRunner(["ws://127.0.0.1:\(server.port)/echo", "--strict"])
        #expect(run.exit == .exited(0), "\(run.output)")
        #expect(run.cases.count >= 600)
        #expect(run.cases.filter { $0.outcome == "failed" }.map(\.id) == [])
        #expect(run.untested == [])
        #expect(run.count("passed") >= 1_050)
    }

    @Test("Rookery's relay passes in broadcast mode, each case on a channel of its own")
    func broadcast() throws {
        let server = try RookeryServer(Self.flags)
        let run = try ConformanceRunner(
            ["ws://127.0.0.1:\(server.port)/relay/conformance-{n}", "--mode", "broadcast", "--strict"])
        #expect(run.exit == .exited(0), "\(run.output)")
        #expect(run.failed == [] && run.untested == [])
        #expect(run.count("passed") >= 1_050)
    }

    @Test("a unix socket and more headers reach the server")
    func unixSocket() throws {
        let folder = try TemporaryFolder("socket")
        let path = folder.file("door.sock")
        let server = try RookeryServer(Self.flags + ["--listen", "unix:\(path)"])
        defer { withExtendedLifetime(server) {} }
        let run = try ConformanceRunner(
            ["unix:\(path):/echo", "--only", "handshake/right", "--only", "ping/", "--header", "Cookie: a=1"])
        #expect(run.exit == .exited(0), "\(run.output)")
        #expect(run.count("passed") > 20)
        // A header that the server must refuse is really sent: a second Host.
        let refused = try ConformanceRunner(["unix:\(path):/echo", "--header", "Host: other", "--only", "ping/"])
        #expect(refused.exit == .exited(2), "\(refused.output)")
    }

    @Test("without permessage-deflate it is declined, and all the rest is as it was")
    func uncompressed() throws {
        let server = try RookeryServer(Self.flags + ["--deflate", "off"])
        let run = try ConformanceRunner(
            ["ws://127.0.0.1:\(server.port)/echo", "--strict", "--jobs", "2"]
                + Self.large.flatMap { ["--skip", $0] })
        #expect(run.exit == .exited(0), "\(run.output)")
        #expect(run.cases.filter { $0.outcome == "skipped" && !$0.id.hasPrefix("deflate") }.map(\.id) == [])
        #expect(run.cases.filter { $0.outcome != "skipped" && $0.id.hasPrefix("deflate") }.map(\.id) == [])
        #expect(run.count("passed") >= 820)
    }

    /// They take seconds in Python's loops, and say nothing that smaller ones do not.
    private static let large = ["bomb", "1048576", "4194304", "16777216"]

    @Test(
        "foreign servers have the faults that the document names, and no others", .needs(.pythonPackages),
        arguments: ["websockets", "aiohttp", "wsproto"])
    func foreign(name: String) throws {
        let peer = try PythonPeer("conformance_peers.py", [name])
        try expectKnown(["ws://127.0.0.1:\(peer.port)/", "--jobs", "4"], name: name, passedMin: 1_000)
    }

    @Test("nchan, which broadcasts, has the faults that the document names, and no others", .needs(.nchan))
    func nchan() throws {
        let server = try NchanServer()
        try expectKnown(
            ["ws://127.0.0.1:\(server.port)/ws/case-{n}", "--mode", "broadcast"], name: "nchan", passedMin: 600)
    }

    private func expectKnown(_ arguments: [String], name: String, passedMin: Int) throws {
        let run = try ConformanceRunner(
            arguments + ["--patience", "300", "--name", name] + Self.large.flatMap { ["--skip", $0] }, seconds: 600)
        let known = try KnownFaults.of("\(name) (server)")
        #expect(run.untested == [], "\(run.output)")
        #expect(run.failed.filter { id in !known.contains { id.hasPrefix($0) } } == [], "\(run.output)")
        // What is named and no longer found is to be taken out of the document.
        #expect(known.filter { prefix in !run.failed.contains { $0.hasPrefix(prefix) } } == [])
        #expect(run.count("passed") > passedMin)
    }

    @Test("nobody there, or no WebSocket there, is status 2 with the reason")
    func untestable() throws {
        let nobody = try ConformanceRunner(["ws://127.0.0.1:1/"])
        #expect(nobody.exit == .exited(2) && nobody.output.contains("Connection refused"), "\(nobody.output)")
        let server = try RookeryServer()
        let page = try ConformanceRunner(["ws://127.0.0.1:\(server.port)/"])
        #expect(page.exit == .exited(2) && page.output.contains("came HTTP/1.1 200"), "\(page.output)")
    }

    @Test("--list prints every case once, with level, section and sentence; --only and --skip choose")
    func list() throws {
        let all = try ConformanceRunner(["--list"])
        let lines = all.output.split(separator: "\n")
        #expect(all.exit == .exited(0) && lines.count >= 600)
        let ids = lines.compactMap { $0.split(separator: " ").dropFirst().first }
        #expect(Set(ids).count == ids.count)
        #expect(lines.allSatisfy { $0.contains("§") })
        let some = try ConformanceRunner(["--list", "--only", "close/code-100", "--skip", "mistake"])
        #expect(some.output.split(separator: "\n").allSatisfy { $0.contains("close/code-100") })
        #expect(some.output.split(separator: "\n").count == 11, "\(some.output)")
    }
}

/// The faults of foreign programs, from the table of docs/conformance.md: `| program | ids that begin so | … |`.
enum KnownFaults {
    static func of(_ program: String) throws -> [String] {
        let text = try String(contentsOfFile: PackageFolder.path("docs/conformance.md"), encoding: .utf8)
        return text.split(separator: "\n").filter { $0.hasPrefix("| \(program) |") }.flatMap { line in
            line.split(separator: "|")[1].split(separator: "`").enumerated().filter { $0.offset % 2 == 1 }
                .map { String($0.element) }
        }
    }
}
