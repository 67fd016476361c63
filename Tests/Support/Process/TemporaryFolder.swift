// A folder of one test's own, gone with the test.
import Foundation
import Glibc

package final class TemporaryFolder: Sendable, Belonging {
    package let path: String

    package init(_ purpose: String = "test") throws {
        let parent = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        var template = Array("\(parent)/rookery-\(purpose)-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw KitError.system("mkdtemp in \(parent)", errno: errno) }
        path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        Belongings.keep(self)
    }

    package func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file of this folder and returns its path.
    @discardableResult
    package func write(_ text: String, to name: String) throws -> String {
        let target = file(name)
        try Data(text.utf8).write(to: URL(filePath: target))
        return target
    }

    package func release() { try? FileManager.default.removeItem(atPath: path) }

    deinit { release() }
}
