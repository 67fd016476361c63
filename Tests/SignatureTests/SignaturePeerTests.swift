// The same signatures, half of them broken, through OpenSSL (by way of PyPI's cryptography) and through ours.
import Foundation
import TestSupport
import Testing

@Suite("signatures judged by another program", .needs(.pythonPackages), .ownsWhatItStarts)
struct SignaturePeerTests {
    private static let kinds = ["RSA", "P-256", "P-384", "Ed25519"]

    @Test("J5 J6 J7 2,000 signatures, valid and mutated, are taken and refused as OpenSSL does", arguments: kinds)
    func some(_ kind: String) throws { try compare(kind, seed: 7515, count: 500) }

    @Test(
        "J5 J6 J7 100,000 signatures, valid and mutated, are taken and refused as OpenSSL does", .slow(),
        .enabled(if: isOptimized, "takes an hour: ROOKERY_LONG=1 swift test -c release --filter SignaturePeerTests"),
        arguments: kinds)
    func many(_ kind: String) throws {
        for seed in 0..<5 { try compare(kind, seed: 8725 + seed, count: 5_000) }
    }

    private static var isOptimized: Bool {
        #if DEBUG
            false
        #else
            true
        #endif
    }

    private func compare(_ kind: String, seed: Int, count: Int) throws {
        let folder = try TemporaryFolder("signatures")
        let path = folder.file("cases")
        let python = try #require(PythonEnvironment.interpreter)
        let script = PackageFolder.path("Tests/SignatureTests/Peers/signature_peer.py")
        let process = try ChildProcess(python, [script, kind, String(seed), String(count), path])
        guard process.waitForExit(seconds: 900) == .exited(0) else {
            throw KitError("signature_peer.py: \(process.output)")
        }
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == count)
        var verdicts = [0, 0]
        for line in lines {
            // name=value, a space between them; how it was mutated is one of the values.
            var members: [String: String] = [:]
            for item in line.split(separator: " ") {
                let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                members[String(parts[0])] = String(parts[1])
            }
            let isValid = (try? SignatureCase { members[$0] }.isValid()) ?? false
            #expect(isValid == (members["valid"] == "1"), "\(line)")
            verdicts[isValid ? 1 : 0] += 1
        }
        // A peer that judged everything alike would prove nothing.
        #expect(verdicts[0] > count / 4 && verdicts[1] > count / 4, "\(verdicts)")
    }
}
