// Files that are no results: each is told with its name and the place in it.
@testable import Bench
import JSON
import TestSupport
import Testing

@Suite("Result files for a report", .ownsWhatItStarts)
struct ReportInputTests {
    private func problem(_ text: String) -> String {
        do throws(ReportInput.Problem) {
            _ = try ReportInput.results(in: Array(text.utf8), of: "a.json")
            return "none"
        } catch {
            return error.description
        }
    }

    private static let fanout = #""tool": "rookery-bench fanout", "version": 1, "settings": {}"#
    private static let compare = #""tool": "rookery-bench compare", "version": 1"#

    @Test(
        "what is wrong is told with file, line and column, or with its path",
        arguments: [
            ("", "a.json:1:1: the text ends where a value should stand"),
            ("{\n \"tool\": 01}", "a.json:2:10: a number with a leading zero"),
            ("[]", "a.json: a list without results"),
            ("{}", "a.json: not a result of rookery-bench: it has no member tool"),
            ("[7]", "a.json: [0]: not a result of rookery-bench: it has no member tool"),
            (#"{"tool": "hammer"}"#, #"a.json: tool "hammer": only fanout, compare and conformance have a report"#),
            (#"{"tool": "rookery-bench fanout", "version": 2}"#, "a.json: version: only version 1 is known"),
            (#"{"tool": "rookery-bench fanout", "version": 1}"#, "a.json: the member settings is missing"),
            (
                #"[{\#(fanout), "deliveries": {}}, {\#(fanout), "deliveries": {"lost": "3"}}]"#,
                "a.json: [1].deliveries.lost: a text where a number should stand"
            ),
            (
                #"{\#(fanout), "deliveries": {}, "latency_milliseconds": {"histogram": [[1, 2], [3]]}}"#,
                "a.json: latency_milliseconds.histogram[1]: a list of 1 where a list of 2 numbers should stand"
            ),
            (
                #"{\#(fanout), "deliveries": {}, "latency_milliseconds": {"histogram": [[1, null]]}}"#,
                "a.json: latency_milliseconds.histogram[0]: a list of 2 where a list of 2 numbers should stand"
            ),
            (
                #"{\#(fanout), "deliveries": {"reach": 1e999}}"#,
                "a.json: deliveries.reach: a number beyond all that can be drawn"
            ),
            (
                #"{\#(fanout), "deliveries": {}, "timeline": [{"seconds": 1}, {}]}"#,
                "a.json: timeline[1]: the member seconds is missing"
            ),
            (
                #"{\#(fanout), "deliveries": {}, "generator": {"is_saturated": 1}}"#,
                "a.json: generator.is_saturated: a number where true or false should stand"
            ),
            (#"{\#(compare), "rows": {}}"#, "a.json: rows: an object where a list should stand"),
            (
                #"{\#(compare), "rows": [{"load": "a", "server": null, "metric": "m"}]}"#,
                "a.json: rows[0]: the member server is missing"
            ),
            (
                #"{\#(compare), "rows": [], "runs": [null, {"settings": {}, "deliveries": 7}]}"#,
                "a.json: runs[1].deliveries: a number where an object should stand"
            ),
        ])
    func wrong(text: String, told: String) {
        #expect(problem(text) == told)
    }

    @Test("a run, a comparison and a list of both are right; what was not measured is null, what is new is let through")
    func right() throws {
        let run = #"{\#(Self.fanout), "deliveries": null, "server": null, "later": [1]}"#
        let comparison =
            #"{\#(Self.compare), "rows": [{"load": "a", "server": "b", "metric": "c"}], "runs": [\#(run)]}"#
        for (text, count) in [(run, 1), (comparison, 1), ("[\(run), \(comparison)]", 2)] {
            #expect(problem(text) == "none")
            #expect(try ReportInput.results(in: Array(text.utf8), of: "a").count == count)
        }
    }

    @Test("several files become one list in their order, without white space")
    func list() throws {
        let folder = try TemporaryFolder("report")
        let first = try folder.write("{ \(Self.fanout), \"deliveries\": {},\n \"name\": \"a <b>\" }", to: "1.json")
        let second = try folder.write("[{\(Self.compare), \"rows\": []}]", to: "2.json")
        let list = try ReportInput.list(of: [second, first])
        #expect(
            String(decoding: list, as: UTF8.self)
                == #"[{"tool":"rookery-bench compare","version":1,"rows":[]},"#
                + #"{"tool":"rookery-bench fanout","version":1,"settings":{},"deliveries":{},"name":"a <b>"}]"#)
    }

    @Test("a file that is not there is told with its name and the kernel's reason")
    func missing() throws {
        let folder = try TemporaryFolder("report")
        let path = folder.file("none.json")
        #expect(throws: ReportInput.Problem(description: "open \(path): No such file or directory")) {
            try ReportInput.list(of: [path])
        }
    }
}
