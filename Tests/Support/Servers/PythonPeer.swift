// A server of Tests/IntegrationTests/Peers, run by the Python that has the packages of Tests/requirements.txt.

package final class PythonPeer: Sendable {
    package let port: Int
    package let process: ChildProcess

    /// Starts `Tests/IntegrationTests/Peers/NAME PORT arguments…` and waits until it has printed `ready`.
    package init(_ name: String, _ arguments: [String] = [], environment: [String: String] = [:]) throws {
        guard let python = PythonEnvironment.interpreter else {
            throw KitError("no Python with the packages: Tools/test-venv")
        }
        (port, process) = try FreePort.retrying { port in
            let script = PackageFolder.path("Tests/IntegrationTests/Peers/\(name)")
            let process = try ChildProcess(
                python, ["-u", script, String(port)] + arguments, environment: environment)
            do {
                try process.waitForOutput("ready", seconds: 30)
            } catch {
                process.release()
                if process.output.lowercased().contains("address already in use") { throw FreePort.PortTaken() }
                throw error
            }
            return (port, process)
        }
    }
}
