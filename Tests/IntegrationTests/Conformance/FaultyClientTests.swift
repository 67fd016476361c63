// Deliberately broken clients: each has one planted fault, which is found by cases that name it, and nothing else of these groups fails.
import Foundation
import TestSupport
import Testing

@Suite("Conformance finds planted faults of clients", .needs(.bench), .needs(.python), .ownsWhatItStarts)
struct FaultyClientTests {
    /// The fault, the cases that are run, and how the ids of those that find it begin. The first must be among the failed.
    static let faults: [(name: String, only: [String], ids: [String])] = [
        ("no-host", ["request/"], ["request/host"]),
        ("no-upgrade", ["request/"], ["request/upgrade"]),
        ("no-connection", ["request/"], ["request/connection"]),
        ("version-8", ["request/"], ["request/version"]),
        ("key-short", ["request/"], ["request/key"]),
        ("key-constant", ["request/"], ["request/key-is-fresh"]),
        ("mask-constant", ["masking/", "ping/"], ["masking/keys-are-fresh"]),
        ("http-1.0-request", ["request/"], ["request/line"]),
        ("accept-unchecked", ["answer/"], ["answer/accept-", "answer/no-accept"]),
        ("accept-without-case", ["answer/"], ["answer/accept-in-other-case"]),
        ("status-ignored", ["answer/"], ["answer/status-"]),
        ("upgrade-unchecked", ["answer/"], ["answer/no-upgrade", "answer/other-upgrade", "answer/upgrade-empty"]),
        ("connection-unchecked", ["answer/"], ["answer/no-connection", "answer/connection-"]),
        ("connection-by-substring", ["answer/"], ["answer/connection-that-only-contains-the-word"]),
        (
            "extension-unchecked", ["answer/"],
            ["answer/extension-", "offer-answer/foreign-extension", "offer-answer/chosen-"]
        ),
        ("subprotocol-unchecked", ["answer/"], ["answer/subprotocol-"]),
        ("answer-in-one-read", ["answer/"], ["answer/in-pieces-of-"]),
        (
            // Whatever comes soon enough is lost with them.
            "bytes-behind-answer-lost", ["answer/"],
            ["answer/frames-in-the-same-segment", "answer/", "offer-answer/"]
        ),
        ("deflate-answer-unchecked", ["offer-answer/"], ["offer-answer/"]),
        ("frames-unmasked", ["ping/", "message/text-5"], ["ping/"]),
        ("masked-accepted", ["masking/", "failure/"], ["masking/wrong-", "failure/code-for-wrong-mask"]),
        ("no-pong", ["ping/125", "pong/", "close/"], ["ping/", "pong/then-ping"]),
        ("reserved-bits-ignored", ["reserved/", "failure/"], ["reserved/rsv", "failure/code-for-reserved-bit"]),
        ("text-replaced", ["utf8/overlong", "utf8/mixed", "close/reason"], ["utf8/"]),
        (
            "interleaved-accepted", ["fragmentation/wrong", "failure/"],
            ["fragmentation/wrong-", "failure/code-for-text"]
        ),
        ("close-code-sent-back", ["close/code-1", "ping/"], ["close/code-1"]),
        ("failure-with-1000", ["failure/", "reserved/"], ["failure/code-for-"]),
        ("deflate-context-forgotten", ["deflate/context-1", "deflate/no-context-our-1"], ["deflate/context-1"]),
    ]

    @Test("the client without a fault passes, so that what fails is the fault")
    func none() throws {
        #expect(try failed(by: "none", only: Set(Self.faults.flatMap(\.only)).sorted()) == [])
    }

    @Test("each of these faults is found by cases that name it, and nothing else fails", arguments: faults)
    func finds(fault: (name: String, only: [String], ids: [String])) throws {
        let failed = try failed(by: fault.name, only: fault.only)
        #expect(failed.contains { $0.hasPrefix(fault.ids[0]) }, "\(failed)")
        #expect(failed.filter { id in !fault.ids.contains { id.hasPrefix($0) } } == [])
    }

    @Test("a program that asks for no case is told in a sentence, with its end: status 2")
    func noClient() throws {
        let run = try ConformanceRunner(["--role", "client", "--listen", "127.0.0.1:0", "--command", "false"])
        #expect(run.exit == .exited(2))
        #expect(run.output.contains("no case was asked for") && run.output.contains("false ended with status 1"))
        #expect(run.cases.isEmpty)
    }

    private func failed(by fault: String, only: [String]) throws -> [String] {
        let script = PackageFolder.path("Tests/IntegrationTests/Peers/faulty_client.py")
        let run = try ConformanceRunner(
            ["--role", "client", "--listen", "127.0.0.1:0", "--command", "python3 -B \(script) {url} \(fault)"]
                + ["--strict", "--patience", "300"] + only.flatMap { ["--only", $0] })
        #expect(run.untested == [], "\(run.output)")
        #expect(run.exit == .exited(run.failed.isEmpty ? 0 : 1), "\(run.output)")
        // The client has been started a second time for what failed.
        #expect(run.cases.filter { $0.outcome == "failed" && !$0.wasRunAgain }.map(\.id) == [])
        return run.failed
    }
}
