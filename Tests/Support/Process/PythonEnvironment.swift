// The Python that has the packages of Tests/requirements.txt: ROOKERY_TEST_PYTHON (set by .ci/run), else .venv-tests.
import Foundation

package enum PackageFolder {
    /// The root of this package: where Package.swift is.
    package static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The path of a file of this package, for example `Tests/IntegrationTests/Peers/tutorial_server.py`.
    package static func path(_ relative: String) -> String {
        root.appending(path: relative).path(percentEncoded: false)
    }
}

package enum PythonEnvironment {
    /// The interpreter that has the packages, or nil when nobody has made the environment yet. Looked up once.
    package static let interpreter: String? = {
        let chosen = ProcessInfo.processInfo.environment["ROOKERY_TEST_PYTHON"]
        for candidate in [chosen, PackageFolder.path(".venv-tests/bin/python3")].compactMap({ $0 }) {
            guard Programs.isExecutable(candidate) else { continue }
            let check = try? ChildProcess(
                candidate,
                [
                    "-c",
                    "import cent, centrifuge, fastapi, uvicorn, redis, websockets, h11, hiredis, jsonschema, openapi_spec_validator, wsproto",
                ])
            if check?.waitForExit(seconds: 60) == .exited(0) { return candidate }
        }
        return nil
    }()
}
