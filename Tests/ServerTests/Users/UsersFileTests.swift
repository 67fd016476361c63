// The users' file as text, and what a password must be.
import Foundation
import TestSupport
import Testing

@testable import Server

@Suite("The file of users")
struct UsersFileTests {
    private let salt = "AAECAwQFBgcICQoLDA0ODw"
    private let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

    private func line(_ user: String, rounds: Int = 600_000, more: String = "") -> String {
        #"{"user":"\#(user)","scheme":"pbkdf2-sha256","rounds":\#(rounds),"salt":"\#(salt)","key":"\#(key)"\#(more)}"#
    }

    private func problem(_ text: String) -> UsersFile.Problem? {
        do {
            _ = try UsersFile(Array(text.utf8))
            return nil
        } catch { return error }
    }

    @Test("each line is a user, with or without rooms; empty lines are nothing")
    func reading() throws {
        let text = line("ann") + "\n\n" + line("Björn", rounds: 700_000, more: #","rooms":["room:*","lobby"]"#) + "\r\n"
        let file = try UsersFile(Array(text.utf8))
        #expect(file.users.map(\.name) == ["ann", "Björn"] && file.roundsMax == 700_000)
        let ann = try #require(file[Array("ann".utf8)])
        #expect(ann.password.salt == Array(0...15) && ann.password.key == Array(0...31) && ann.rooms == nil)
        #expect(file[Array("Björn".utf8)]?.rooms == ["room:*", "lobby"])
        #expect(file[Array("Ann".utf8)] == nil && file[[]] == nil)
        #expect(try UsersFile([]).users.isEmpty && UsersFile([]).roundsMax == 600_000)
        #expect(try UsersFile(file.bytes) == file)
        #expect(try String(decoding: UsersFile(Array(line("ann").utf8)).bytes, as: UTF8.self) == line("ann") + "\n")
    }

    @Test("the line that docs/login.md shows is one")
    func document() throws {
        let text = try String(contentsOfFile: PackageFolder.path("docs/login.md"), encoding: .utf8)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("{\"user\"") })
        #expect(try UsersFile(Array(line.utf8)).users.map(\.name) == ["ann"])
    }

    @Test("P13 names that only look alike are different users")
    func lookAlikes() throws {
        let file = try UsersFile(Array((line("\u{e9}") + "\n" + line("e\u{301}")).utf8))
        #expect(file.users.count == 2)
        #expect(file[Array("\u{e9}".utf8)]?.name.utf8.count == 2 && file[Array("e\u{301}".utf8)]?.name.utf8.count == 3)
    }

    @Test("putting and removing leave the others as they are")
    func changing() throws {
        var file = try UsersFile(Array([line("a"), line("b"), line("c")].joined(separator: "\n").utf8))
        var changed = try #require(file[Array("b".utf8)])
        changed.rooms = ["x"]
        file.put(changed)
        #expect(file.users.map(\.name) == ["a", "b", "c"] && file[Array("b".utf8)]?.rooms == ["x"])
        #expect(file.remove(Array("a".utf8)) && !file.remove(Array("a".utf8)))
        #expect(file.users.map(\.name) == ["b", "c"] && file[Array("c".utf8)]?.name == "c")
        #expect(try UsersFile(file.bytes) == file)
    }

    @Test("what is not exactly so is refused, with its line and nothing that it holds")
    func wrong() {
        let wrong = [
            "ann:x", "[]", "{}", line("ann") + " x", line(""), line("a\\u0000"), line("a", rounds: 599_999),
            line("a", rounds: 10_000_001), line("a", more: #","rooms":"x""#), line("a", more: #","rooms":[""]"#),
            line("a", more: #","rooms":[1]"#), line("a", more: #","admin":true"#), line("a", more: #","user":"b""#),
            line("a").replacing("sha256", with: "sha1"), line("a").replacing(salt, with: "AAEC"),
            line("a").replacing(salt, with: salt + "=="), line("a").replacing(key, with: String(key.dropLast(2))),
            line("a").replacing("600000", with: "600000.5"), line("a").replacing("600000", with: #""600000""#),
            line("a").replacing("600000", with: "99999999999999999999"),
        ]
        for text in wrong {
            let problem = problem(line("first") + "\n" + text)
            #expect(problem?.line == 2, "\(text)")
            #expect(problem?.text.contains(salt) == false && problem?.text.contains(key) == false, "\(text)")
        }
        let twice = problem(line("ann") + "\n" + line("bob") + "\n" + line("ann"))
        #expect(twice?.line == 3 && twice?.text.contains("earlier") == true)
    }

    @Test("a password is long enough, can be typed, and is not the name")
    func passwords() {
        func problem(_ text: String, _ user: String = "ann") -> String? {
            PasswordRules.problem(Array(text.utf8), user: user)
        }
        for text in ["correct horse", "ten chars!", "pässwörtää", String(repeating: "x", count: 1_024)] {
            #expect(problem(text) == nil, "\(text)")
        }
        for text in ["", "nine char", "pässwörtä", "ten chars\n!", "ten chars\u{0}!", "ten chars\u{7F}!"] {
            #expect(problem(text) != nil, "\(text)")
        }
        #expect(problem(String(repeating: "x", count: 1_025)) != nil && problem("annabelle-1", "annabelle-1") != nil)
        #expect(PasswordRules.problem([0xFF] + Array("ten characters".utf8), user: "ann") != nil)
    }

    @Test("J8 nothing that describes a user shows the hash")
    func hidden() throws {
        let file = try UsersFile(Array(line("ann").utf8))
        let user = try #require(file.users.first)
        for text in ["\(user)", String(reflecting: user), "\(file)", "\(user.password)"] {
            #expect(!text.contains("31") && !text.contains("key:"), "\(text)")
        }
    }
}
