// Real programs that some tests need: where they are, and what a test does when one is missing.
// Missing: the test is skipped and says why. With ROOKERY_REQUIRE_SERVERS=1 (as .ci/run sets it): it fails.
import Foundation
import Glibc
import Testing

package enum Programs {
    /// The path of `name` in PATH, as a shell would find it.
    package static func find(_ name: String) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
        // Debian keeps servers in sbin, which is not in every person's PATH.
        let folders: [Substring] = path.split(separator: ":") + ["/usr/sbin", "/sbin"]
        for folder in folders {
            let candidate = "\(folder)/\(name)"
            if isExecutable(candidate) { return candidate }
        }
        return nil
    }

    /// By access(2): the answer of the kernel, for a file.
    package static func isExecutable(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
            && access(path, X_OK) == 0
    }

    package static var requireServers: Bool { ProcessInfo.processInfo.environment["ROOKERY_REQUIRE_SERVERS"] == "1" }

    /// Whether this test program, and so the programs built with it, carry the address or the thread sanitizer.
    package static let isSanitized =
        dlsym(nil, "__tsan_init") != nil || dlsym(nil, "__asan_init") != nil

    package static var runSlowTests: Bool { ProcessInfo.processInfo.environment["ROOKERY_LONG"] == "1" }
}

/// Something outside this package that a test cannot do without.
package struct Requirement: Sendable {
    /// For the reason of a skipped test: what is missing and how to get it.
    let missing: String
    let isMet: @Sendable () -> Bool

    package static func program(_ name: String, package debianPackage: String) -> Requirement {
        Requirement(missing: "needs the program \(name) (Debian package \(debianPackage))") {
            Programs.find(name) != nil
        }
    }

    package static let redis = program("redis-server", package: "redis-server")
    package static let chromium = program("chromium", package: "chromium")
    package static let nginx = program("nginx", package: "nginx")
    package static let haproxy = program("haproxy", package: "haproxy")
    package static let openssl = program("openssl", package: "openssl")
    package static let python = program("python3", package: "python3")
    /// Python with the packages of Tests/requirements.txt.
    package static let pythonPackages = Requirement(
        missing: "needs the packages of Tests/requirements.txt: run Tools/test-venv"
    ) { PythonEnvironment.interpreter != nil }
    /// The program under test itself, built beside the tests.
    package static let rookery = Requirement(
        missing: "needs the built program rookery: run swift build, or set ROOKERY_BINARY"
    ) { RookeryBinary.path != nil }
}

extension Trait where Self == ConditionTrait {
    /// Skips the test, with a visible reason, where `requirement` is not met; fails it where servers are required.
    package static func needs(_ requirement: Requirement, sourceLocation: SourceLocation = #_sourceLocation) -> Self {
        .enabled("\(requirement.missing)", sourceLocation: sourceLocation) {
            if requirement.isMet() { return true }
            if Programs.requireServers { throw KitError("ROOKERY_REQUIRE_SERVERS is set: \(requirement.missing)") }
            return false
        }
    }

    /// Runs only with ROOKERY_LONG=1, as `.ci/run --long` sets it.
    package static func slow(sourceLocation: SourceLocation = #_sourceLocation) -> Self {
        .enabled(
            if: Programs.runSlowTests, "a slow test: set ROOKERY_LONG=1, or use .ci/run --long",
            sourceLocation: sourceLocation)
    }

    /// Skips the test under a sanitizer, which keeps shadow memory for every byte and slows each step: for tests that bound memory, or try
    /// passwords (minutes each).
    package static func unsanitized(sourceLocation: SourceLocation = #_sourceLocation) -> Self {
        .disabled(
            if: Programs.isSanitized, "bounds memory or speed, which a sanitizer multiplies",
            sourceLocation: sourceLocation)
    }
}
