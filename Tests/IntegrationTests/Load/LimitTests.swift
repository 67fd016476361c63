// The yardstick of `rookery-bench limit`, driven by another implementation, which fails on any byte out of place.
import Foundation
import TestSupport
import Testing

@Suite("rookery-bench limit with websockets", .needs(.bench), .needs(.pythonPackages), .ownsWhatItStarts)
struct LimitTests {
    @Test(
        "every message reaches all, whole, whatever is cut on its way and whoever is slow",
        arguments: [["--per", "turn"], ["--per", "message"], ["--per", "turn", "--prefix", "Client #0 says: "]])
    func all(settings: [String]) throws {
        let server = try ChildProcess(
            try #require(BenchBinary.path), ["limit", "--listen", "127.0.0.1:0"] + settings)
        try server.waitForOutput("one send per \(settings[1])\n")
        let port = try #require(server.output.split(separator: ",").first?.split(separator: ":").last)
        let client = try ChildProcess(
            try #require(PythonEnvironment.interpreter),
            [PackageFolder.path("Tests/IntegrationTests/Peers/limit_client.py"), String(port)] + settings.dropFirst(3))
        let exit = client.waitForExit(seconds: 120)
        #expect(
            client.output == """
                reaches all
                answers a ping
                forgets who has left
                takes cut frames
                slow reader
                done

                """)
        #expect(exit == .exited(0))
        #expect(server.isRunning)
        // Nobody is left: it holds what it held before anybody came, its listener and its loop's.
        try wait(until: "all connections are closed") { server.descriptorCount <= 8 }
    }

    @Test("wrong arguments end it with status 2, an address in use with status 1 and the kernel's reason")
    func refused() throws {
        let program = try #require(BenchBinary.path)
        let wrong = try ChildProcess(program, ["limit", "--per", "second"])
        #expect(wrong.waitForExit() == .exited(2))
        #expect(wrong.output.hasPrefix("rookery-bench limit: --per second: expected message or turn\n"))
        let first = try ChildProcess(program, ["limit", "--listen", "127.0.0.1:0"])
        try first.waitForOutput("one send per turn\n")
        let port = try #require(first.output.split(separator: ",").first?.split(separator: ":").last)
        let second = try ChildProcess(program, ["limit", "--listen", "127.0.0.1:\(port)"])
        #expect(second.waitForExit() == .exited(1))
        #expect(second.output == "rookery-bench limit: listen on 127.0.0.1:\(port): Address already in use\n")
    }
}
