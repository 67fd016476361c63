// The schemas against every line, and against lines and schemas that are wrong.
import Foundation
import TestSupport
import Testing

@Suite("Fixtures: schemas, and other implementations", .needs(.pythonPackages), .ownsWhatItStarts)
struct SchemaTests {
    private func check(_ script: String, _ fixtures: String, _ arguments: String...) throws
        -> (status: ChildProcess.Exit?, output: String)
    {
        let python = try #require(PythonEnvironment.interpreter)
        let path = PackageFolder.path("Tests/IntegrationTests/Peers/\(script)")
        return try run(python, [path, fixtures] + arguments)
    }

    @Test("every line of every file fits the schema of its family, and every broken line is refused")
    func lines() throws {
        let (status, output) = try check("schemas.py", PackageFolder.path("Fixtures"))
        #expect(status == .exited(0), "\(output)")
    }

    @Test("the version is that of the newest entry of CHANGES.md, whose entries go down to 1.0 one by one")
    func version() throws {
        let version = try String(contentsOfFile: PackageFolder.path("Fixtures/VERSION"), encoding: .utf8)
        let changes = try String(contentsOfFile: PackageFolder.path("Fixtures/CHANGES.md"), encoding: .utf8)
        let entries = changes.split(separator: "\n").filter { $0.hasPrefix("## ") }.map { $0.dropFirst(3) }
        #expect(entries.first.map { "\($0)\n" } == version)
        #expect(entries.last == "1.0")
        let numbers = entries.map { $0.split(separator: ".").compactMap { Int($0) } }
        #expect(numbers.allSatisfy { $0.count == 2 })
        for (newer, older) in zip(numbers, numbers.dropFirst()) {
            #expect(newer == [older[0], older[1] + 1] || newer == [older[0] + 1, 0], "\(newer) after \(older)")
        }
    }

    @Test(
        "a schema that is loosened is noticed",
        arguments: ["resp", "ws", "http", "digest", "deflate", "json", "jwt", "chat", "api"])
    func loosened(family: String) throws {
        let copy = try FixtureCopy()
        let file = "schema/\(family).schema.json"
        try copy.replace(
            #""additionalProperties": false"#, with: #""additionalProperties": true"#, in: file, everywhere: true)
        let (status, output) = try check("schemas.py", copy.path, family)
        #expect(status == .exited(1))
        #expect(output.contains("takes a broken line: a member nobody knows"), "\(output)")
    }

    @Test("a line that is wrong is named, and so are an id that stands twice and a choice without its implementations")
    func wrongLine() throws {
        let copy = try FixtureCopy()
        try copy.replace(#""error": "terminator""#, with: #""error": "terminators""#, in: "resp/values.jsonl")
        try copy.replace(#""id": "accept-empty-ping""#, with: #""id": "accept-empty-pong""#, in: "ws/frames.jsonl")
        try copy.replace(
            "; hiredis 3.5.0 refuses it, redis-py 8.1.0 agrees", with: "", in: "resp/values.jsonl", everywhere: true)
        try copy.replace(#""id": "accept-plus-sign""#, with: #""id": "either-plus-sign""#, in: "resp/values.jsonl")
        try copy.replace(#""schema": 1"#, with: #""schema": 2"#, in: "digest/sha1.jsonl")
        let (status, output) = try check("schemas.py", copy.path)
        #expect(status == .exited(1))
        #expect(output.contains("'terminators'"), "\(output)")
        #expect(output.contains("the id accept-empty-pong stands twice"), "\(output)")
        #expect(output.contains("digest/sha1.jsonl:1"), "\(output)")
        #expect(output.contains("either-leading-zeros names no implementation"), "\(output)")
        #expect(output.contains("either-plus-sign permits one outcome only"), "\(output)")
    }

    @Test("hiredis and wsproto differ in the listed cases alone, and in all of them")
    func disagreements() throws {
        let (status, output) = try check("disagreements.py", PackageFolder.path("Fixtures"))
        #expect(status == .exited(0), "\(output)")
        let copy = try FixtureCopy()
        try copy.removeLine(with: #""id": "accept-bulk-error""#, in: "disagreements.jsonl")
        try copy.replace(
            #""id": "reject-boolean-in-capitals""#, with: #""id": "accept-true""#, in: "disagreements.jsonl")
        try copy.replace(#""does": "fails with 1002""#, with: #""does": "fails with 1007""#, in: "disagreements.jsonl")
        let broken = try check("disagreements.py", copy.path)
        #expect(broken.status == .exited(1))
        #expect(
            broken.output.contains(#"not listed: {"file": "resp/values.jsonl", "id": "accept-bulk-error""#), "\(broken)"
        )
        #expect(broken.output.contains("listed, but they agree: resp/values.jsonl accept-true"), "\(broken)")
        #expect(broken.output.contains("not as listed: "), "\(broken)")
    }
}
