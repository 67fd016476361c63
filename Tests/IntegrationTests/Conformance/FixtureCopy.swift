// A copy of Fixtures in a folder of its own, where a test may break something to see that it is noticed.
import Foundation
import TestSupport
import Testing

final class FixtureCopy {
    private let folder: TemporaryFolder
    var path: String { folder.file("Fixtures") }

    init() throws {
        folder = try TemporaryFolder("fixtures")
        try FileManager.default.copyItem(atPath: PackageFolder.path("Fixtures"), toPath: path)
    }

    deinit { folder.release() }

    /// Replaces `text`, which must be there, once or everywhere.
    func replace(_ text: String, with other: String, in file: String, everywhere: Bool = false) throws {
        let url = URL(filePath: "\(path)/\(file)")
        var content = try String(contentsOf: url, encoding: .utf8)
        let first = try #require(content.range(of: text), "\(file) holds no \(text)")
        if everywhere {
            content = content.replacingOccurrences(of: text, with: other)
        } else {
            content.replaceSubrange(first, with: other)
        }
        try content.write(to: url, atomically: true, encoding: .utf8)
    }

    /// Takes out the line that holds `text`.
    func removeLine(with text: String, in file: String) throws {
        let url = URL(filePath: "\(path)/\(file)")
        let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
        let rest = lines.filter { !$0.contains(text) }
        try #require(rest.count == lines.count - 1, "\(text) stands in one line of \(file)")
        try (rest.joined(separator: "\n") + "\n").write(to: url, atomically: true, encoding: .utf8)
    }
}

/// Runs a Python program to its end: the exit status and all it printed.
func run(_ python: String, _ arguments: [String]) throws -> (status: ChildProcess.Exit?, output: String) {
    let process = try ChildProcess(python, ["-B"] + arguments)
    let status = process.waitForExit(seconds: 300)
    return (status, process.output)
}
