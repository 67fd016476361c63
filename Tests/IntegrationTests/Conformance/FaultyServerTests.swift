// Deliberately broken servers: each has one planted fault, which is found by cases that name it, and nothing else fails.
import Foundation
import TestSupport
import Testing

@Suite("Conformance finds planted faults", .needs(.bench), .needs(.python), .ownsWhatItStarts)
struct FaultyServerTests {
    /// What takes long and depends on none of the faults.
    private static let slowCases = ["bomb", "1048576", "4194304", "16777216", "slow"]

    /// Some of each kind: nothing else may fail.
    private static let sample = [
        "handshake/accept", "handshake/refuse-no-", "handshake/connection-list", "handshake/in-pieces",
        "offer/malformed",
        "message/text-12", "message/binary-3", "masking/key-01", "reserved/rsv2", "reserved/opcode-5", "length/text-1",
        "ping/7", "pong/", "control/ping", "fragmentation/text-10", "utf8/kosme", "utf8/surrogate-d",
        "utf8/overlong-slash",
        "close/code-1000", "close/empty", "close/reason-1", "failure/", "deflate/level-1", "deflate/fragments-",
        "deflate-bytes/rsv",
    ]

    /// Many of their cases wait for what does not come; the sample holds enough of them.
    private static let silent: Set = [
        "reserved-bits-ignored", "reserved-opcodes-ignored", "no-pong", "empty-pong", "text-replaced",
    ]

    /// The fault, and how the ids of its cases begin. The first must be among the failed.
    static let faults: [(name: String, ids: [String])] = [
        ("accept-of-another-key", ["handshake/accept-of-key"]),
        ("names-with-case", ["handshake/names-in-"]),
        ("upgrade-with-case", ["handshake/upgrade-in-"]),
        ("connection-as-substring", ["handshake/refuse-connection-"]),
        ("connection-whole", ["handshake/connection-"]),
        (
            "version-ignored",
            [
                "handshake/refuse-version-", "handshake/refuse-no-version", "handshake/version-",
                "handshake/error-is-told-version",
            ]
        ),
        ("version-untold", ["handshake/version-"]),
        ("key-optional", ["handshake/refuse-no-key", "handshake/refuse-empty-key", "handshake/error-is-told-no-key"]),
        ("two-keys", ["handshake/refuse-two-keys"]),
        ("host-optional", ["handshake/refuse-no-host", "handshake/refuse-two-hosts"]),
        ("http-1.0", ["handshake/refuse-http-"]),
        ("any-method", ["handshake/refuse-method-"]),
        ("unknown-extension-accepted", ["handshake/answer-no-unknown-extension", "offer/only-foreign-extensions"]),
        ("subprotocol-made-up", ["handshake/answer-subprotocol"]),
        // On a busy machine pieces without a pause may come together.
        ("head-in-one-read", ["handshake/silent-until-asked", "handshake/in-pieces-of-"]),
        ("unmasked-accepted", ["masking/wrong-", "failure/code-for-wrong-mask"]),
        ("mask-by-constant-key", ["masking/key-00000001"]),
        (
            "reserved-bits-ignored",
            ["reserved/rsv", "failure/code-for-reserved-bit", "deflate-bytes/rsv", "deflate-bytes/all-three"]
        ),
        ("reserved-opcodes-ignored", ["reserved/opcode-", "failure/code-for-reserved-opcode"]),
        (
            "frames-masked",
            [
                "ping/", "fragmentation/ping-", "pong/then-ping", "deflate/ping", "deflate-bytes/context-over",
                "deflate-bytes/ping-between",
            ]
        ),
        ("no-pong", ["ping/", "fragmentation/ping-", "pong/then-ping", "deflate/ping"]),
        ("empty-pong", ["ping/", "fragmentation/ping-", "pong/then-ping", "deflate/ping"]),
        ("pong-from-start", ["ping/"]),
        ("long-ping-accepted", ["control/ping-", "failure/code-for-long-ping"]),
        ("fragmented-ping-accepted", ["control/ping-fragmented", "failure/code-for-fragmented-ping"]),
        ("ping-ends-message", ["ping/", "fragmentation/ping-between", "deflate-bytes/ping-between"]),
        (
            "continuation-first-accepted",
            [
                "fragmentation/wrong-continuation-", "failure/code-for-continuation-first",
                "fragmentation/wrong-empty-continuation-first",
            ]
        ),
        (
            "interleaved-accepted",
            [
                "fragmentation/wrong-", "failure/code-for-text-inside-text",
                "deflate-bytes/rsv1-on-text-inside-a-message",
            ]
        ),
        ("empty-fragment-ends", ["fragmentation/", "deflate/fragments-", "deflate-bytes/middle-fragments-empty"]),
        (
            "first-fragment-only",
            ["fragmentation/", "deflate/fragments-", "deflate-bytes/", "ping/", "pong/between-fragments", "utf8/"]
        ),
        (
            "text-unchecked",
            [
                "utf8/", "failure/code-for-not-utf-8", "failure/code-for-unfinished-utf-8", "deflate/text-not-utf-8",
                "deflate-bytes/",
            ]
        ),
        ("text-as-binary", ["message/text-3", "utf8/"]),
        ("text-replaced", ["utf8/", "failure/code-for-", "deflate/text-not-utf-8", "deflate-bytes/"]),
        ("surrogates-accepted", ["utf8/", "deflate-bytes/surrogate"]),
        ("overlong-accepted", ["utf8/", "deflate-bytes/overlong"]),
        (
            "text-checked-by-fragment",
            ["utf8/", "fragmentation/text-", "fragmentation/three-", "fragmentation/ping-between"]
        ),
        ("close-unanswered", ["close/", "fragmentation/close-between", "deflate/close", "deflate-bytes/"]),
        ("close-code-sent-back", ["close/code-"]),
        ("close-without-end", ["close/then-end", "close/empty-then-end"]),
        ("echo-after-close", ["close/"]),
        ("close-reason-sent-back", ["close/"]),
        ("failure-with-1000", ["failure/code-for-"]),
        ("failure-without-close", ["failure/code-for-"]),
        ("deflate-invalid-offer", ["offer/"]),
        ("deflate-window-ignored", ["deflate/their-window-"]),
        ("deflate-context-kept", ["deflate/"]),
        ("deflate-context-forgotten", ["deflate", "deflate-bytes/"]),
        ("deflate-final-block", ["deflate-bytes/"]),
        ("deflate-rsv1-everywhere", ["deflate-bytes/rsv1-"]),
        ("deflate-uncompressed-confused", ["deflate/uncompressed", "deflate-bytes/"]),
    ]

    @Test("the server without a fault passes, so that what fails is the fault")
    func none() throws {
        #expect(try failed(by: "none", only: []) == [])
    }

    @Test(
        "what RFC 6455 allows is no fault: pongs that nobody asked for (§5.5.3), a small limit for messages (§10.4)",
        arguments: [
            ("unsolicited-pongs", sample + ["ping/", "masking/", "control/"]),
            ("small-limit", sample + ["message/", "masking/", "fragmentation/"]),
        ])
    func lawful(manner: String, only: [String]) throws {
        #expect(try failed(by: manner, only: only) == [])
    }

    @Test(
        "each of these faults is found by cases that name it, and nothing else in a sample of all kinds fails",
        arguments: faults)
    func finds(fault: (name: String, ids: [String])) throws {
        let own = Self.silent.contains(fault.name) ? [] : fault.ids
        try expectFound(fault, by: try failed(by: fault.name, only: Self.sample + own))
    }

    @Test("the same with all cases", .slow(), arguments: faults)
    func findsAmongAll(fault: (name: String, ids: [String])) throws {
        try expectFound(fault, by: try failed(by: fault.name, only: []))
    }

    private func expectFound(_ fault: (name: String, ids: [String]), by failed: [String]) throws {
        #expect(failed.contains { $0.hasPrefix(fault.ids[0]) }, "\(failed)")
        #expect(failed.filter { id in !fault.ids.contains { id.hasPrefix($0) } } == [])
    }

    /// The ids of failed cases. Without `only` all are run.
    private func failed(by fault: String, only: [String]) throws -> [String] {
        let server = try PythonPeer("faulty_websocket.py", [fault])
        let run = try ConformanceRunner(
            ["ws://127.0.0.1:\(server.port)/", "--strict", "--jobs", "8", "--patience", "300"]
                + Self.slowCases.flatMap { ["--skip", $0] } + only.flatMap { ["--only", $0] }, seconds: 600)
        #expect(run.untested == [], "\(run.output)")
        #expect(run.exit == .exited(run.failed.isEmpty ? 0 : 1), "\(run.output)")
        return run.failed
    }
}
