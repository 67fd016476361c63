// Runs `rookery-bench conformance` and reads its result.
import Foundation
import TestSupport

struct ConformanceRunner {
    struct Case {
        let id: String
        let level: String
        let outcome: String
        let wasRunAgain: Bool
    }

    let exit: ChildProcess.Exit
    /// Standard output and standard error.
    let output: String
    let cases: [Case]
    /// The whole result; empty when there is none.
    let result: [String: Any]

    init(_ arguments: [String], seconds: Double = 300) throws {
        guard let path = BenchBinary.path else { throw KitError("rookery-bench is not built") }
        let folder = try TemporaryFolder("conformance")
        defer { folder.release() }
        let file = folder.file("result.json")
        let process = try ChildProcess(path, ["conformance"] + arguments + ["--json", file])
        guard let exit = process.waitForExit(seconds: seconds) else {
            process.release()
            throw KitError("rookery-bench conformance \(arguments) still runs after \(seconds) s:\n\(process.output)")
        }
        try self.init(reading: file, output: process.output, exit: exit)
    }

    /// The result that a run has written.
    init(reading file: String, output: String, exit: ChildProcess.Exit) throws {
        self.exit = exit
        self.output = output
        let bytes = FileManager.default.contents(atPath: file) ?? Data()
        result = (try? JSONSerialization.jsonObject(with: bytes) as? [String: Any]) ?? [:]
        cases = (result["cases"] as? [[String: Any]] ?? []).map { each in
            Case(
                id: each["id"] as? String ?? "", level: each["level"] as? String ?? "",
                outcome: each["outcome"] as? String ?? "", wasRunAgain: each["again"] as? Bool ?? false)
        }
    }

    /// Ids of failed cases whose level is must or should.
    var failed: [String] { cases.filter { $0.outcome == "failed" && $0.level != "may" }.map(\.id) }
    var untested: [String] { cases.filter { $0.outcome == "could_not_test" }.map(\.id) }
    func count(_ outcome: String) -> Int { cases.count { $0.outcome == outcome } }
}
