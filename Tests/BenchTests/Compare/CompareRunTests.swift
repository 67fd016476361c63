// A whole comparison of small loads, as it is run from the command line.
import Foundation
import JSON
import TestSupport
import Testing

@testable import Bench

@Suite("rookery-bench compare, run", .needs(.bench), .ownsWhatItStarts)
struct CompareRunTests {
    private static let load = "subscribers=4 rate=50 duration=200ms warmup=100ms"

    @Test("each server runs once a round and the yardstick twice; the result is what reports read")
    func rounds() throws {
        let folder = try TemporaryFolder("compare")
        let compare = try ChildProcess(
            try #require(BenchBinary.path),
            [
                "compare", "--server", "each={self} limit --listen 127.0.0.1:{port} --per message", "--load", Self.load,
                "--load", "label='two sizes' subscribers=2 size=64:1,200:1 duration=200ms warmup=100ms", "--rounds",
                "2",
                "--json", folder.file("result.json"), "--html", folder.file("page.html"),
            ])
        #expect(compare.waitForExit(seconds: 120) == .exited(0), "\(compare.output)")
        #expect(compare.output.contains("\npaced 4 × 50/s\n") && compare.output.contains("\ntwo sizes\n"))
        let bytes = try [UInt8](Data(contentsOf: URL(filePath: folder.file("result.json"))))
        let result = try #require(try ReportInput.results(in: bytes, of: "result.json").first)
        #expect(result["yardstick"]?.text == "limit" && result["rounds"]?.integer == 2)
        guard case .array(let runs)? = result["runs"], case .array(let rows)? = result["rows"] else {
            Issue.record("no runs or no rows")
            return
        }
        // The second round begins with another server than the first.
        let order = runs.map { "\($0["round"]?.integer ?? 0) \($0["name"]?.text ?? "") \($0["load"]?.text ?? "")" }
        #expect(
            order == [
                "1 limit paced 4 × 50/s", "1 each paced 4 × 50/s", "1 limit paced 4 × 50/s",
                "1 limit two sizes", "1 each two sizes", "1 limit two sizes",
                "2 each paced 4 × 50/s", "2 limit paced 4 × 50/s", "2 limit paced 4 × 50/s",
                "2 each two sizes", "2 limit two sizes", "2 limit two sizes",
            ])
        for run in runs { #expect(run["deliveries"]?["reach"]?.double == 1) }
        let costs = rows.filter { $0["metric"]?.text == "server CPU per delivery" }
        #expect(costs.count == 4)
        for row in costs {
            guard case .array(let values)? = row["values"] else { continue }
            #expect(values.count == (row["server"]?.text == "limit" ? 4 : 2))
            #expect(values.allSatisfy { ($0.double ?? 0) > 0 })
        }
        let page = try String(contentsOfFile: folder.file("page.html"), encoding: .utf8)
        #expect(page.contains("two sizes") && page.contains("aa_ratio"))
    }

    @Test("rounds go on for what is undecided, up to the most")
    func more() throws {
        // Two runs of four connections and ten messages are never within 5 % of each other for long; should they be, it ends early.
        let folder = try TemporaryFolder("compare")
        let compare = try ChildProcess(
            try #require(BenchBinary.path),
            [
                "compare", "--server", "a={self} limit --listen 127.0.0.1:{port}", "--load", Self.load, "--rounds", "1",
                "--rounds-most", "3", "--json", folder.file("result.json"),
            ])
        #expect(compare.waitForExit(seconds: 120) == .exited(0), "\(compare.output)")
        let bytes = try [UInt8](Data(contentsOf: URL(filePath: folder.file("result.json"))))
        let result = try #require(try ReportInput.results(in: bytes, of: "result.json").first)
        let rounds = try #require(result["rounds"]?.integer)
        guard case .array(let rows)? = result["rows"] else { return }
        let cost = try #require(rows.first { $0["metric"]?.text == "server CPU per delivery" })
        #expect(rounds == 3 || cost["is_decided"] == .boolean(true))
        #expect((1...3).contains(rounds))
    }

    @Test("a server that fails ends the comparison with its name and its words")
    func failing() throws {
        let compare = try ChildProcess(
            try #require(BenchBinary.path),
            ["compare", "--server", "bad=sh -c 'echo oh no; exit 4'", "--load", Self.load, "--rounds", "1"])
        #expect(compare.waitForExit(seconds: 60) == .exited(1))
        #expect(
            compare.output.contains("rookery-bench compare: bad, paced 4 × 50/s: ")
                && compare.output.contains("ended with status 4") && compare.output.contains("oh no"),
            "\(compare.output)")
    }
}
