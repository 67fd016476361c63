// The documents say of the settings what the settings say of themselves. `Tools/check-docs --write` writes these parts anew.
import EventLoop
import Foundation
import TestSupport
import Testing

@testable import Server

@Suite("The documents' tables of settings", .serialized)
struct ReadmeTests {
    @Test(
        "they are the ones the settings give",
        arguments: [
            ("README.md", "settings", Help.markdownTable()),
            ("docs/configuration.md", "live settings", Help.liveList()),
            ("docs/configuration.md", "limits public", Help.limitsText("public")),
            ("docs/configuration.md", "namespace options", Help.namespaceTable()),
        ])
    func table(_ file: String, _ name: String, _ wanted: String) throws {
        let path = PackageFolder.path(file)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let begin = try #require(
            text.range(of: "<!-- \(name): written by Tools/check-docs --write -->\n"),
            "\(file) has lost the mark before \(name)")
        let end = try #require(text.range(of: "<!-- /\(name) -->"), "\(file) has lost the mark after \(name)")
        let present = String(text[begin.upperBound..<end.lowerBound])
        if ProcessInfo.processInfo.environment["ROOKERY_WRITE_DOCS"] == "1" {
            try text.replacingCharacters(in: begin.upperBound..<end.lowerBound, with: wanted)
                .write(toFile: path, atomically: true, encoding: .utf8)
        } else if present != wanted {
            let lines = Set(present.split(separator: "\n")).symmetricDifference(wanted.split(separator: "\n")).sorted()
            Issue.record(
                "run Tools/check-docs --write; these lines of \(file) differ:\n\(lines.joined(separator: "\n"))")
        }
    }

    @Test("the file that docs/configuration.md shows is read without a mistake")
    func example() throws {
        let text = try String(contentsOfFile: PackageFolder.path("docs/configuration.md"), encoding: .utf8)
        let begin = try #require(text.range(of: "```jsonc\n"))
        let end = try #require(text[begin.upperBound...].range(of: "```"))
        let file = ConfigurationFile(Array(text[begin.upperBound..<end.lowerBound].utf8), path: "example")
        #expect(file.problems.isEmpty && file.warnings.isEmpty, "\(file.problems) \(file.warnings)")
        #expect(file.channels.namespaces.map(\.name) == ["room"] && file.values.count == 5)
    }
}
