// The program `rookery-bench`, built beside the tests.
import Foundation

package enum BenchBinary {
    /// The program beside this test bundle, else that of the debug build.
    package static let path: String? = {
        let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let beside = URL(filePath: bundle).deletingLastPathComponent().appending(path: "rookery-bench")
        let candidates = [beside.path(percentEncoded: false), PackageFolder.path(".build/debug/rookery-bench")]
        return candidates.first { Programs.isExecutable($0) }
    }()
}

extension Requirement {
    package static let bench = Requirement(missing: "needs the built program rookery-bench: run swift build") {
        BenchBinary.path != nil
    }
}
