// The README says of the settings what the settings say of themselves. `Tools/check-docs --write` writes its table anew.
import Foundation
import TestSupport
import Testing

@testable import Server

@Suite("The README's table of settings")
struct ReadmeTests {
    private static let begin = "<!-- settings: written by Tools/check-docs --write -->\n"
    private static let end = "<!-- /settings -->"

    @Test("it is the one the settings give")
    func table() throws {
        let path = PackageFolder.path("README.md")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let begin = try #require(text.range(of: ReadmeTests.begin), "README.md has lost the mark before the table")
        let end = try #require(text.range(of: ReadmeTests.end), "README.md has lost the mark after the table")
        let present = String(text[begin.upperBound..<end.lowerBound])
        let wanted = Help.markdownTable()
        if ProcessInfo.processInfo.environment["ROOKERY_WRITE_DOCS"] == "1" {
            try text.replacingCharacters(in: begin.upperBound..<end.lowerBound, with: wanted)
                .write(toFile: path, atomically: true, encoding: .utf8)
        } else if present != wanted {
            let lines = Set(present.split(separator: "\n")).symmetricDifference(wanted.split(separator: "\n")).sorted()
            Issue.record("run Tools/check-docs --write; these lines differ:\n\(lines.joined(separator: "\n"))")
        }
    }
}
