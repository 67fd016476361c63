// Words of a command, as the system's own shell cuts them.
import TestSupport
import Testing

@testable import Bench

@Suite("POSIX Shell Command Language 2.2: commands in words", .ownsWhatItStarts)
struct CommandWordsTests {
    @Test(
        "a command is cut into the words that sh cuts it into",
        arguments: [
            "server", "  server  --port 1 ", "a\tb \t c", "'a b' c", "\"a b\" c", "a' 'b\" \"c", "'' \"\" x", "a''b",
            "a\\ b", "\\'a\\\"", "'a\\b'", "\"a\\\"b\"", "\"a\\\\b\"", "\"a\\b\"", "\"\\$x \\`\"", "'\"' \"'\"",
            "--prefix 'Client #0 says: '", "a\"b c\"d'e f'g", "x\\\\", "grüße 'κόσμε 👋'", "a 'b\nc'", "\"\"",
        ])
    func words(command: String) throws {
        // sh prints each of its words between marks that no command above holds.
        let shell = try ChildProcess("sh", ["-c", "printf '[%s]' \(command)"])
        #expect(shell.waitForExit() == .exited(0))
        let words = try CommandWords.split(command)
        #expect(words.map { "[\($0)]" }.joined() == shell.output)
    }

    @Test(
        "what has no end, or nothing in it, is refused with its reason",
        arguments: [
            ("", "the command is empty"), (" \t", "the command is empty"),
            ("a 'b", "a single quote has no end in: a 'b"), ("a \"b", "a double quote has no end in: a \"b"),
            ("a \"b\\", "a double quote has no end in: a \"b\\"), ("a\\", "a backslash has no end in: a\\"),
        ])
    func refused(command: String, reason: String) {
        #expect(throws: CommandWords.Problem(description: reason)) { try CommandWords.split(command) }
    }
}
