// A continuation that is forgotten hangs its task, one that is resumed twice traps. There is none: nothing waits but the loops.
import Foundation
import TestSupport
import Testing

@Suite("No asynchronous functions")
struct ConcurrencyTests {
    /// Whole words that only code with continuations, tasks or actors has.
    static let words: Set<String> = [
        "async", "await", "actor", "Task", "TaskGroup", "withCheckedContinuation", "withCheckedThrowingContinuation",
        "withUnsafeContinuation", "withUnsafeThrowingContinuation", "withTaskGroup", "AsyncStream", "AsyncSequence",
        "MainActor",
    ]

    /// The forbidden words of one line of Swift, without what stands behind `//`.
    static func found(in line: Substring) -> [String] {
        let code = line.range(of: "//").map { line[..<$0.lowerBound] } ?? line
        return code.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init).filter(words.contains)
    }

    @Test("X3 no continuation can be forgotten or resumed twice: nothing in Sources is asynchronous")
    func none() throws {
        #expect(Self.found(in: "let x = try await f() // later") == ["await"])
        #expect(Self.found(in: "func awaits() // async, await").isEmpty)
        let folder = URL(filePath: PackageFolder.path("Sources"))
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        var count = 0
        for case let file as URL in files where file.pathExtension == "swift" {
            count += 1
            for (number, line) in try String(contentsOf: file, encoding: .utf8).split(
                separator: "\n", omittingEmptySubsequences: false
            ).enumerated() {
                #expect(Self.found(in: line).isEmpty, "\(file.lastPathComponent):\(number + 1): \(line)")
            }
        }
        #expect(count > 100)
    }
}
