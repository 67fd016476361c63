// Deliberately broken RESP servers and clients: each has one planted fault, which is found by cases that name it, and nothing else fails.
import Foundation
import TestSupport
import Testing

@Suite("Conformance finds planted faults of RESP servers", .needs(.bench), .needs(.python), .ownsWhatItStarts)
struct FaultyRedisTests {
    /// A fault of faulty_redis.py and the cases that find it.
    static let faults: [(name: String, cases: Set<String>)] = [
        ("hello-no-server", ["hello/field-server"]), ("proto-as-string", ["hello/field-proto"]),
        ("refused-hello-switches", ["hello/wrong-password"]),
        ("no-noproto", ["hello/noproto-1", "hello/noproto-4", "hello/noproto-99"]),
        ("infinity", ["resp3/double-inf"]), ("length-in-characters", ["resp2/bulk-utf8", "resp3/bulk-utf8"]),
        ("error-of-two-lines", ["error/one-line"]),
        ("counted-twice", ["pubsub2/subscribe-twice", "pubsub3/subscribe-twice"]),
        ("nobody-counted", ["pubsub/publish-counts", "pubsub3/own-publication", "pubsub3/publish-inside-exec"]),
        ("impatient-line", ["inline/cut-at-every-byte"]), ("length-with-tail", ["limit/bulk-length-mixed"]),
        ("goes-on", ["limit/nothing-runs-behind", "limit/error-word"]), ("exec-of-none-is-null", ["multi/exec-empty"]),
        ("aborted-is-empty", ["multi/watch-aborts", "multi/watch-aborts-resp3"]),
        ("silent-quit", ["pubsub2/quit", "session/quit", "session/quit-behind-others"]), ("wraps", ["error/overflow"]),
        ("missing-is-empty", ["resp2/null-element", "resp3/null-element"]),
        ("map-in-resp2", ["resp2/map-hgetall", "resp2/map-empty", "resp2/no-resp3-types"]),
        (
            "pattern-as-array",
            ["pubsub3/pmessage", "pubsub3/pattern-question-mark", "pubsub3/channel-and-pattern"]
        ),
        (
            "pattern-behind-channel",
            [
                "pubsub2/pmessage", "pubsub2/pattern-question-mark", "pubsub2/channel-and-pattern", "pubsub3/pmessage",
                "pubsub3/pattern-question-mark", "pubsub3/channel-and-pattern",
            ]
        ),
        ("pattern-or-channel", ["pubsub2/channel-and-pattern", "pubsub3/channel-and-pattern"]),
        ("push-inside", ["pubsub3/publish-inside-exec"]), ("null-array-in-resp3", ["multi/watch-aborts-resp3"]),
        ("set-as-array", ["resp3/set-smembers", "resp3/set-empty"]),
        (
            "double-as-bulk",
            [
                "resp3/double-zscore", "resp3/double-whole", "resp3/double-negative", "resp3/double-inf",
                "resp3/double-minus-inf",
            ]
        ),
        (
            "stops-at-zero",
            [
                "resp2/bulk-zero-byte", "resp2/every-byte", "resp3/bulk-zero-byte", "resp3/every-byte",
                "pubsub2/message-like-resp", "pubsub2/binary-name", "pubsub3/message-like-resp", "pubsub3/binary-name",
            ]
        ),
        ("array-of-pong", ["pubsub3/ping"]), ("reset-keeps", ["pubsub2/reset", "pubsub3/reset"]),
        ("hears-on", ["pubsub2/no-more-after-unsubscribe", "pubsub3/no-more-after-unsubscribe"]),
        ("discard-runs", ["multi/discard"]),
        ("skip-is-answered", ["session/reply-skip"]), ("half-is-run", ["pipeline/half-a-command-and-close"]),
        ("shards-hear-all", ["pubsub2/shard-is-apart", "pubsub3/shard-is-apart"]),
        ("kinds-counted-apart", ["pubsub2/count-of-both", "pubsub3/count-of-both"]),
        ("capitals-only", ["error/names-have-no-case"]),
    ]

    @Test("the server without a fault passes, so that what fails is the fault")
    func none() throws { try expect([], of: nil) }

    @Test("each fault is found by the cases that name it, and nothing else fails", arguments: faults)
    func finds(fault: (name: String, cases: Set<String>)) throws { try expect(fault.cases, of: fault.name) }

    private func expect(_ cases: Set<String>, of fault: String?) throws {
        let script = PackageFolder.path("Tests/IntegrationTests/Peers/faulty_redis.py")
        let (port, process) = try FreePort.retrying { port in
            let process = try ChildProcess("python3", [script, "\(port)"] + (fault.map { [$0] } ?? []))
            try wait(until: "faulty_redis.py answers: \(process.output)", seconds: 20) {
                (try? RESPClient(port: port).command("PING")) != nil
            }
            return (port, process)
        }
        defer { process.release() }
        // The big ones take Python long and are not what the faults are about.
        let run = try ConformanceRunner([
            "redis://127.0.0.1:\(port)", "--strict", "--jobs", "8", "--patience", "600", "--skip", "big/", "--skip",
            "both-ways-full",
            "--skip", "10000", "--skip", "1-mib", "--skip", "order", "--skip", "endless",
        ])
        #expect(run.ids("failed") == cases, "\(run.output)")
        #expect(run.exit == .exited(cases.isEmpty ? 0 : 1), "\(run.output)")
        #expect(run.ids("passed").count > 230)
    }
}

@Suite("Conformance finds planted faults of RESP clients", .needs(.bench), .needs(.python), .ownsWhatItStarts)
struct FaultyRedisClientTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// What of conformance_client.py is put in place of what.
        let text: String
        let other: String
        let cases: Set<String>

        init(_ name: String, _ text: String, _ other: String, _ cases: Set<String>) {
            (testDescription, self.text, self.other, self.cases) = (name, text, other, cases)
        }
    }

    static let faults = [
        Fault("true is false", #"rest == b"t"}"#, #"rest == b"f"}"#, ["understands/true", "understands/false"]),
        Fault(
            "null is an empty string", #"{"t": "null"} if rest == b"-1" else {"t": "bulk""#,
            #"{"t": "bulk", "v": ""} if rest == b"-1" else {"t": "bulk""#,
            ["understands/null-bulk", "understands/array-null-element"]),
        Fault(
            "what is behind a string is not looked at", #"raise Wrong("no CRLF behind a string")"#, "pass",
            ["refuses/bulk-without-crlf", "refuses/bulk-too-long"]),
        Fault(
            "a push is taken for the reply", #"while (value := reader.value())["t"] == "push":"#,
            #"while (value := reader.value()) is None:"#, ["understands/push-before", "understands/pushes-before"]),
        Fault(
            "an attribute is taken for the reply", "            self.pairs(rest)\n            return self.value()",
            #"            return {"t": "map", "v": self.pairs(rest)}"#, ["understands/attribute-before"]),
        Fault(
            "an error is a text", #"{"t": "error", "v""#, #"{"t": "simple", "v""#,
            ["understands/error", "understands/error-wrongtype"]),
        Fault(
            "the end of the connection is the end of a line",
            #"raise EOFError("the connection ended inside a reply")"#, "return line",
            ["cut-off/integer", "cut-off/error", "cut-off/simple", "cut-off/error-in-crlf"]),
        Fault("doubles are rounded", "repr(float(rest))", #""%.1f" % float(rest)"#, ["understands/double"]),
        Fault(
            "big numbers are doubles", "str(self.number(rest, 10**1000))",
            "str(int(float(self.number(rest, 10**1000))))",
            ["understands/big-number", "understands/big-number-negative"]),
        Fault(
            "integers have 32 bits", "str(self.number(rest))", "str((self.number(rest) + 2**31) % 2**32 - 2**31)",
            ["understands/integer-greatest", "understands/integer-least"]),
        Fault(
            "it dies of an unknown type", #"raise Wrong(f"no type begins with {kind!r}")"#, "sys.exit(3)",
            [
                "refuses/unknown-type", "refuses/http", "refuses/binary-garbage", "refuses/array-unknown-element",
                "refuses/null-with-content", "refuses/boolean-of-letters",
            ]),
    ]

    /// The interpreter itself: `python3` may be a script that looks for it, and it is started 800 times.
    private static let python = Result {
        let process = try ChildProcess("python3", ["-S", "-E", "-c", "import sys; print(sys.executable)"])
        _ = process.waitForExit(seconds: 20)
        return process.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @Test("each fault is found by the cases that name it, and nothing else fails", arguments: faults)
    func finds(fault: Fault) throws {
        let folder = try TemporaryFolder("client")
        defer { folder.release() }
        let sample = try String(
            contentsOfFile: PackageFolder.path("Tests/IntegrationTests/Peers/conformance_client.py"), encoding: .utf8)
        #expect(sample.components(separatedBy: fault.text).count == 2)
        let path = try folder.write(sample.replacingOccurrences(of: fault.text, with: fault.other), to: "client.py")
        let run = try ConformanceRunner([
            "--role", "client", "--protocol", "redis", "--listen", "127.0.0.1:0", "--command",
            "\(try Self.python.get()) -S -E \(path) {host} {port}", "--only", "understands/", "--only", "refuses/",
            "--only", "cut-off/",
            "--skip", "silence", "--skip", "huge", "--patience", "2000", "--strict",
        ])
        #expect(run.ids("failed") == fault.cases, "\(run.output)")
        #expect(run.exit == .exited(1))
    }
}
