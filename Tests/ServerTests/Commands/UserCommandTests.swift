// `rookery user` on a file of its own; the terminal, standard input and the price of a hash are the test's.
import EventLoop
import Foundation
import TestSupport
import Testing

@testable import Server

@Suite("The command user")
struct UserCommandTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder("users")
        path = folder.file("users.jsonl")
    }

    /// `typed`: at a terminal; else `input` comes through a pipe. The hash costs one round: what it is has tests of its own.
    private func run(
        _ arguments: [String], input: String = "", typed: [String?]? = nil, environment: [String: String] = [:]
    ) -> CommandAnswer {
        var outside = UserCommand.Outside()
        var lines = typed ?? []
        outside.isTerminal = typed != nil
        outside.ask = { _ throws(SystemError) in lines.isEmpty ? nil : lines.removeFirst().map { Array($0.utf8) } }
        outside.input = { () throws(SystemError) in Array(input.utf8) }
        outside.hash = { password, rounds in
            PasswordHash(
                rounds: rounds, salt: Array(0...15), key: PasswordHash.key(of: password, Array(0...15), 1))
        }
        return UserCommand.run(arguments, environment, outside)
    }

    private func users() throws -> UsersFile { try UsersStore.load(path).users }

    private func key(_ password: String) -> [UInt8] { PasswordHash.key(of: Array(password.utf8), Array(0...15), 1) }

    @Test("users are added, changed, listed and removed, and the others stay")
    func life() throws {
        #expect(run(["list", "--users", path]).status == 1, "there is no file yet")
        let added = run(["add", "ann", "--users", path], input: "a long password\n")
        #expect(added == CommandAnswer(output: "added ann\n"))
        #expect(try PrivateFile.mark(path).mode == 0o600)
        let bob = run(
            ["add", "bob", "--rooms", "room:*,lobby", "--rounds", "700000"],
            typed: ["password of bob", "password of bob"],
            environment: ["ROOKERY_USERS": path])
        #expect(bob.output == "added bob\n", "\(bob)")
        #expect(try users().users.map(\.name) == ["ann", "bob"])
        #expect(try users()[Array("bob".utf8)]?.rooms == ["room:*", "lobby"])
        #expect(try users()[Array("bob".utf8)]?.password.rounds == 700_000)
        #expect(try users()[Array("ann".utf8)]?.password.key == key("a long password"))
        // A new password leaves the rooms.
        #expect(run(["add", "bob", "--users", path], input: "another password").output.hasPrefix("changed"))
        #expect(try users()[Array("bob".utf8)]?.password.key == key("another password"))
        #expect(try users()[Array("bob".utf8)]?.rooms == ["room:*", "lobby"])
        #expect(run(["add", "bob", "--rooms", "", "--users", path], input: "another password\r\n").status == 0)
        #expect(try users()[Array("bob".utf8)]?.rooms == [])
        #expect(run(["list", "--users", path]).output == "ann\nbob  rooms: \n")
        #expect(run(["remove", "ann", "--users", path]).status == 0)
        #expect(try users().users.map(\.name) == ["bob"])
        let none = run(["remove", "ann", "--users", path])
        #expect(none.status == 1 && none.complaint.contains("no user ann"), "\(none)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["users.jsonl"])
    }

    @Test("the configuration's file names the users' file, too")
    func fromConfiguration() throws {
        let config = try folder.write(#"{"open": true, "users": "\#(path)"}"#, to: "rookery.json")
        #expect(run(["add", "ann", "--config", config], input: "a long password\n").status == 0)
        #expect(try users().users.count == 1)
        let unnamed = run(["add", "ann"], input: "a long password\n")
        #expect(unnamed.status == 2 && unnamed.complaint.contains("--users"), "\(unnamed)")
    }

    @Test("a password that is refused changes nothing, and is never shown")
    func refused() throws {
        _ = run(["add", "ann", "--users", path], input: "a long password\n")
        let before = try PrivateFile.read(path, bytesMax: 1_000)
        let marker = "Marker77"
        let answers = [
            run(["add", "ann", "--users", path], input: marker), run(["add", "ann", "--users", path], input: ""),
            run(["add", "ann", "--users", path], input: "\(marker) first\n\(marker) second\n"),
            run(["add", "ann", "--users", path], typed: ["\(marker) one password", "\(marker) two password"]),
            run(["add", "ann", "--users", path], typed: ["\(marker) one password", nil]),
            run(["add", "ann", "--users", path], typed: [nil]),
            run(["add", "\(marker)-name-and-password", "--users", path], input: "\(marker)-name-and-password"),
        ]
        for answer in answers {
            #expect(answer.status == 1 && answer.output.isEmpty && !answer.complaint.isEmpty, "\(answer)")
            #expect(!answer.complaint.contains(marker), "\(answer)")
        }
        #expect(try PrivateFile.read(path, bytesMax: 1_000).mark == before.mark, "not even written again")
    }

    @Test("a password among the words is refused without being shown")
    func inArguments() {
        for words in [
            ["add", "ann", "Marker77-password"], ["add", "ann", "--users", path, "Marker77-password"],
            ["remove", "ann", "Marker77-password"], ["list", "Marker77-password"],
            ["add", "ann", "--password", "Marker77-password"],
        ] {
            let answer = run(words, input: "a long password\n")
            #expect(answer.status == 2 && !answer.complaint.contains("Marker77"), "\(answer)")
        }
    }

    @Test(
        "wrong words are told",
        arguments: [
            [], ["ad", "ann"], ["add"], ["add", "--users", "x"], ["remove"],
            ["add", "ann", "--rounds", "1000", "--users", "x"],
            ["add", "ann", "--rounds"], ["add", "a\u{202E}b", "--users", "x"], ["add", "", "--users", "x"],
            ["remove", "ann", "--rounds", "600000", "--users", "x"],
        ])
    func words(_ arguments: [String]) {
        let answer = run(arguments, input: "a long password\n")
        #expect(answer.status == 2 && answer.complaint.contains("rookery user --help"), "\(answer)")
    }

    @Test("a wrong word is told with its name and value, in words of this command")
    func wordsNamed() {
        let rounds = run(["add", "ann", "--rounds", "1000", "--users", "x"], input: "")
        #expect(rounds.complaint.contains("--rounds 1000: expected a whole number"), "\(rounds)")
        let name = run(["add", "", "--users", "x"], input: "")
        #expect(name.complaint.contains("the name: it is empty; write 1 to 64 characters"), "\(name)")
    }

    @Test("a file that others may read, or that is broken, is refused before a password is asked for")
    func openFile() throws {
        _ = run(["add", "ann", "--users", path], input: "a long password\n")
        #expect(chmod(path, 0o640) == 0)
        for words in [["add", "bob"], ["list"], ["remove", "ann"]] {
            let answer = run(words + ["--users", path], typed: [])
            #expect(answer.status == 1 && answer.complaint.contains("chmod 600"), "\(answer)")
        }
        #expect(chmod(path, 0o600) == 0)
        try folder.write("ann:$6$hash\n", to: "users.jsonl")
        #expect(chmod(path, 0o600) == 0)
        let broken = run(["add", "bob", "--users", path], typed: [])
        #expect(broken.status == 1 && broken.complaint.contains("users.jsonl:1:") && !broken.complaint.contains("$6$"))
    }

    @Test("users who are added at the same time are all there")
    func together() throws {
        DispatchQueue.concurrentPerform(iterations: 8) { number in
            _ = run(["add", "user\(number)", "--users", path], input: "a long password\n")
        }
        #expect(try Set(users().users.map(\.name)) == Set((0..<8).map { "user\($0)" }))
    }
}
