// `rookery check`, `config` and `explain` as functions of their words; the files they read are real.
import Foundation
import TestSupport
import Testing

@testable import Server

@Suite("Commands")
struct CommandTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder("commands")
        path = folder.file("rookery.json")
    }

    private func run(_ name: String, _ arguments: [String], file: String? = nil) throws -> CommandAnswer {
        var words = arguments
        if let file {
            try file.write(toFile: path, atomically: true, encoding: .utf8)
            words += ["--config", path]
        }
        let command = try #require(Command.all[name])
        return command(words, [:])
    }

    // MARK: check

    @Test("check of a right configuration is fine, with warnings, and status 0")
    func fine() throws {
        let answer = try run(
            "check", [], file: #"{"open": true, "namespaces": [{"name": "room", "allow_history_for_client": true}]}"#)
        #expect(answer.status == 0 && answer.output.hasSuffix("\nfine\n"), "\(answer)")
        #expect(answer.output.contains("warning: \(path):1: namespaces[0] \"room\": allow_history_for_…: does nothing"))
        #expect(answer.output.contains("warning: open: anyone"))
        #expect(try run("check", []) == CommandAnswer(output: "fine\n"))
    }

    @Test("check tells everything that would keep a node from starting, with file and line, and status 1")
    func wrong() throws {
        let file = """
            {
              "listen": ["0.0.0.0:1"],
              "stop_spread": "9s",
              "allow_origin": ["x/y"],
              "redis_password_file": "/nonexistent/password"
            }
            """
        let answer = try run("check", ["--redis", "redis://127.0.0.1", "--max-broker-bytes", "2KiB"], file: file)
        #expect(answer.status == 1 && !answer.output.contains("fine"), "\(answer)")
        let lines = answer.output.split(separator: "\n").filter { !$0.hasPrefix("warning") }
        let beginnings = [
            "\(path): open: ", "\(path):2: --listen 0.0.0.0:1: ", "--max-message-bytes 65536: ",
            "\(path):3: --stop-spread 9000ms: ", "\(path):4: --allow-origin: ", "\(path):5: --redis-password-file ",
        ]
        #expect(lines.count == beginnings.count, "\(lines)")
        for (line, beginning) in zip(lines, beginnings) { #expect(line.hasPrefix(beginning), "\(line)") }
        let broken = try run("check", [], file: "{\"threads\": 0, \"x\": 1}")
        #expect(broken.status == 1 && broken.output.split(separator: "\n").count == 2, "\(broken)")
    }

    @Test("a file that names no key for tokens must say that the server is open")
    func openMode() throws {
        let silent = try run("check", [], file: "{}")
        #expect(silent.status == 1 && silent.output.contains("\"open\": true"), "\(silent)")
        #expect(try run("check", [], file: #"{"open": false}"#).status == 1)
        #expect(try run("check", [], file: #"{"open": true}"#).status == 0)
        #expect(try run("check", ["--open"], file: "{}").status == 0)
    }

    // MARK: config

    @Test("config prints what is in force; --defaults goes alone")
    func config() throws {
        let answer = try run("config", ["--redis", "redis://u:s3cr3t@h"], file: #"{"threads": 2}"#)
        #expect(answer.status == 0 && answer.output.contains("\"threads\": 2,  // file, line 1"), "\(answer)")
        #expect(!answer.output.contains("s3cr3t") && answer.output.contains("***"))
        #expect(try run("config", ["--defaults"]).output == ConfigurationWriter.defaults())
        #expect(try run("config", ["--defaults", "--open"]).status == 2)
        #expect(try run("config", ["--threads", "0"]).status == 2)
    }

    // MARK: explain

    private static let channels = """
        {"namespaces": [{"name": "room", "allow_subscribe_for_client": true, "allow_publish_for_subscriber": true,
          "allow_presence_for_client": true, "allow_presence_for_anonymous": true, "channel_regex": "^[a-z0-9]+$"},
          {"name": "user", "allow_user_limited_channels": true, "channel_regex": "^.*$"}]}
        """

    @Test(
        "explain says who may do what, and by which rule",
        arguments: [
            (
                "--user 42 --channel room:1 --action subscribe", 0,
                "allowed: allow_subscribe_for_client [namespace \"room\"]"
            ),
            (
                "--anonymous --channel room:1 --action subscribe", 1,
                "denied (103): no rule grants subscribe to anonymous"
            ),
            ("--user 42 --channel room:1 --action publish", 1, "denied (103): no rule grants publish to user \"42\""),
            ("--user 42 --channel room:1 --action publish --subscribed", 0, "allowed: allow_publish_for_subscriber"),
            ("--user 42 --channel room:1 --action publish --rooms a,room:*", 0, "allowed: rooms claim: room:*"),
            ("--anonymous --channel room:1 --action presence", 0, "allow_presence_for_anonymous"),
            ("--user 42 --channel room:A --action subscribe", 1, "denied (107"),
            ("--user 42 --channel $user:1 --action subscribe", 1, "needs a subscription token"),
            ("--user 42 --channel $user:1 --action subscribe --subscription-token", 0, "allowed: subscription token"),
            ("--user 42 --channel user:x#41,42 --action subscribe", 0, "allowed: allow_user_limited_channels"),
            ("--user 4 --channel user:x#41,42 --action subscribe", 1, "denied (103): the channel names other users"),
            ("--user 42 --channel nope:1 --action history", 1, "denied (102, unknown channel): there is no namespace"),
            ("--user 42 --channel plain --action history", 1, "[without_namespace]"),
            ("--user 42 --channel plain --action history --open", 0, "allowed: this server is open"),
            ("--user=42 --channel=plain --action=history --relay --user", 1, "denied"),
        ])
    func explain(_ words: String, _ status: Int32, _ text: String) throws {
        let arguments = words.split(separator: " ").map(String.init)
        let answer = try run("explain", arguments, file: CommandTests.channels)
        #expect(answer.status == status && answer.output.contains(text), "\(answer)")
        #expect(answer.output.split(separator: "\n").count == 1 && answer.complaint.isEmpty)
    }

    @Test(
        "a wrong question is status 2 and says what is missing",
        arguments: [
            ("", "--channel: missing"),
            ("--channel a --action dance --user 1", "--action \"dance\": expected one of subscribe"),
            ("--channel a --action publish", "--user, --anonymous"),
            ("--channel a --action publish --user", "a value is missing"),
            ("--channel a --action publish --user 1 --anonymous", "write one of them"),
            ("--channel a --channel b", "given twice"),
            ("--channel a --action publish --user 1 --usr 1", "no such setting"),
        ])
    func wrongQuestions(_ words: String, _ text: String) throws {
        let answer = try run("explain", words.split(separator: " ").map(String.init))
        #expect(answer.status == 2 && answer.complaint.contains(text) && answer.output.isEmpty, "\(answer)")
    }
}
