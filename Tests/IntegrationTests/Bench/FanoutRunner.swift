// Runs `rookery-bench fanout` and reads its result.
import Foundation
import TestSupport

struct FanoutRunner {
    let exit: ChildProcess.Exit
    /// The result, member by member; empty when there is none.
    let result: [String: Any]
    /// Standard output and standard error.
    let output: String

    /// Runs with `arguments` and a file for the JSON.
    init(_ arguments: [String], seconds: Double = 60) throws {
        guard let path = BenchBinary.path else { throw KitError("rookery-bench is not built") }
        let folder = try TemporaryFolder("fanout")
        let file = folder.file("result.json")
        let process = try ChildProcess(path, ["fanout"] + arguments + ["--json", file])
        guard let exit = process.waitForExit(seconds: seconds) else {
            process.release()
            throw KitError("rookery-bench fanout \(arguments) still runs after \(seconds) s:\n\(process.output)")
        }
        self.exit = exit
        output = process.output
        let bytes = FileManager.default.contents(atPath: file) ?? Data()
        result = (try? JSONSerialization.jsonObject(with: bytes) as? [String: Any]) ?? [:]
    }

    /// A whole number of a member of a member, -1 when it is not there.
    func count(_ part: String, _ name: String) -> Int { (result[part] as? [String: Any])?[name] as? Int ?? -1 }

    /// The same for a number with a fraction; nil when it is not there or null.
    func number(_ part: String, _ name: String) -> Double? { (result[part] as? [String: Any])?[name] as? Double }

    /// Lost, duplicated, reordered, corrupt and stray messages.
    var faults: [Int] {
        ["lost", "duplicated", "reordered", "corrupt", "stray"].map { count("deliveries", $0) }
    }

    var warnings: [String] { result["warnings"] as? [String] ?? [] }
}
