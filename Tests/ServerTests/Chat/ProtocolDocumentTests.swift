// docs/client-protocol.md says of each code and of each option which test reaches it. Here is looked whether that is so.
import ChatProtocol
import Foundation
import TestSupport
import Testing

@testable import Server

@Suite("docs/client-protocol.md")
struct ProtocolDocumentTests {
    /// The tables of codes: where the codes are written, and how a line of code begins that has one.
    static let codes = [
        ("Error codes", "Sources/ChatProtocol/Messages/Codes.swift", "ReplyError"),
        ("Disconnect codes", "Sources/ChatProtocol/Messages/Codes.swift", "Disconnect"),
        ("Unsubscribe codes", "Sources/ChatProtocol/Messages/Push.swift", "Unsubscribe"),
    ]
    private static let conversations = Fixture.load("chat/conversations.jsonl")

    @Test("every code stands in its table, with its text, and no other does", arguments: codes)
    func everyCode(_ heading: String, _ file: String, _ type: String) throws {
        let source = try String(contentsOfFile: PackageFolder.path(file), encoding: .utf8)
        let pattern = try Regex<(Substring, Substring, Substring)>("= \(type)\\(([0-9]+), \"([^\"]+)\"")
        let wanted = source.matches(of: pattern).map { "`\($0.output.1)` \($0.output.2)" }
        #expect(wanted.count >= 4, "\(file) is written otherwise now")
        #expect(try ProtocolDocument().rows(under: heading).map { $0[0] } == wanted)
    }

    @Test("each test that is named for a code exists, and the code is in it", arguments: codes)
    func reachesCode(_ heading: String, _ file: String, _ type: String) throws {
        let document = try ProtocolDocument()
        for row in try document.rows(under: heading) {
            let code = try #require(Int(row[0].split(separator: "`")[0]))
            let tests = ProtocolDocument.names(in: row[row.count - 1])
            #expect(!tests.isEmpty || row[row.count - 1] == "none", "\(row[0]) names no test")
            for test in tests {
                let isThere =
                    try test.hasPrefix("Tests/")
                    ? text(of: test).contains(try Regex("\\b\(code)\\b"))
                    : ProtocolDocument.codes(in: conversation(test)).contains(code)
                #expect(isThere, "\(code) does not come up in \(test)")
            }
        }
    }

    @Test("the codes that no test reaches are listed, and no conversation reaches one of them")
    func unreached() throws {
        let document = try ProtocolDocument()
        let rows = try ProtocolDocumentTests.codes.flatMap { try document.rows(under: $0.0) }
        let without = rows.filter { $0[$0.count - 1] == "none" }.map { String($0[0].split(separator: "`")[0]) }
        let listed = try document.list(under: "No test reaches these").map { ProtocolDocument.names(in: $0)[0] }
        #expect(listed.sorted() == without.sorted())
        let reached = Set(ProtocolDocumentTests.conversations.flatMap(ProtocolDocument.codes))
        #expect(listed.filter { Int($0).map(reached.contains) ?? true } == [])
    }

    @Test("every option of namespaces stands in its table, once")
    func everyOption() throws {
        let rows = try ProtocolDocument().rows(under: "Namespace options")
        #expect(rows.map { $0[0] } == NamespaceSetting.all.map { "`\($0.name)`" })
    }

    @Test(
        "each conversation that is named for an option has it on, or off; a file has its name",
        arguments: NamespaceSetting.all.map(\.name))
    func option(_ name: String) throws {
        let setting = try #require(NamespaceSetting.all.first { $0.name == name })
        let row = try #require(try ProtocolDocument().rows(under: "Namespace options").first { $0[0] == "`\(name)`" })
        try #require(row.count == 3)
        for (cell, isOn) in [(row[1], false), (row[2], true)] {
            let tests = ProtocolDocument.names(in: cell)
            #expect(!tests.isEmpty, "\(name) names no test")
            for test in tests {
                guard !test.hasPrefix("Tests/") else {
                    #expect(try text(of: test).contains(name), "\(name) does not come up in \(test)")
                    continue
                }
                let channels = try channels(of: conversation(test))
                // Channels without a namespace have no option there.
                let values = channels.namespaces.map { setting.show($0.options) } + [setting.show(NamespaceOptions())]
                let isThere = values.contains { ($0 != setting.show(NamespaceOptions())) == isOn }
                #expect(isThere, "\(name) is not \(isOn ? "on" : "off") in \(test)")
            }
        }
    }

    private func text(of path: String) throws -> String {
        try String(contentsOfFile: PackageFolder.path(path), encoding: .utf8)
    }

    private func conversation(_ id: String) throws -> Fixture {
        try #require(ProtocolDocumentTests.conversations.first { $0.id == id }, "there is no conversation \(id)")
    }

    private func channels(of fixture: Fixture) throws -> ChannelSettings {
        let json = ["open": true, "namespaces": fixture.json["namespaces"] ?? []]
        let file = ConfigurationFile(Array(try JSONSerialization.data(withJSONObject: json)), path: fixture.id)
        #expect(file.problems.isEmpty, "\(file.problems)")
        return file.channels
    }
}

/// The document, as far as its tables and lists are concerned.
struct ProtocolDocument {
    private let lines: [String]

    init() throws {
        lines = try String(contentsOfFile: PackageFolder.path("docs/client-protocol.md"), encoding: .utf8)
            .components(separatedBy: "\n")
    }

    /// The cells of each row whose first one is code.
    func rows(under heading: String) throws -> [[String]] {
        let rows = try section(heading).filter { $0.hasPrefix("| `") }
            .map { $0.dropFirst(2).dropLast(2).components(separatedBy: " | ") }
        try #require(!rows.isEmpty, "there is no table under \(heading)")
        return rows
    }

    func list(under heading: String) throws -> [String] { try section(heading).filter { $0.hasPrefix("- `") } }

    private func section(_ heading: String) throws -> ArraySlice<String> {
        let start = try #require(lines.firstIndex(of: "### \(heading)"), "there is no heading \(heading)")
        let rest = lines[(start + 1)...]
        return rest.prefix { !$0.hasPrefix("#") }
    }

    /// What stands in `code`.
    static func names(in cell: String) -> [String] {
        cell.matches(of: /`([^`]+)`/).map { String($0.output.1) }
    }

    /// The codes that come up in what clients and callers of the API hear.
    static func codes(in fixture: Fixture) -> [Int] {
        (fixture.json["steps"] as? [[Any]] ?? []).flatMap { step -> [Int] in
            guard let words = step.first as? String else { return [] }
            if words.hasSuffix(" closed") { return step.dropFirst().prefix(1).compactMap { $0 as? Int } }
            if words.hasSuffix(" <") { return step.dropFirst().flatMap(codes) }
            return words == "post" ? step.suffix(1).flatMap(codes) : []
        }
    }

    private static func codes(_ message: Any) -> [Int] {
        if let list = message as? [Any] { return list.flatMap(codes) }
        guard let object = message as? [String: Any] else { return [] }
        return object.flatMap { name, value -> [Int] in
            let code = (value as? [String: Any])?["code"] as? Int
            return name == "error" || name == "unsubscribe" ? [code].compactMap { $0 } : codes(value)
        }
    }
}
