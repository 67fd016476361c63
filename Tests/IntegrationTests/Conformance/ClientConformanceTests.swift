// `rookery-bench conformance --role client`: foreign clients, which echo, have exactly the faults that docs/conformance.md names.
import Foundation
import TestSupport
import Testing

@Suite("Conformance of WebSocket clients", .needs(.bench), .ownsWhatItStarts, .serialized)
struct ClientConformanceTests {
    /// Large ones take minutes in Python's loops and in a browser's, and say nothing new.
    private static let quick = [
        "--role", "client", "--patience", "400", "--skip", "bomb", "--skip", "1048576", "--skip", "4194304", "--skip",
        "16777216",
    ]

    @Test(
        "Python clients have the faults that the document names, and no others", .needs(.python),
        arguments: ["websockets", "websocket-client"])
    func python(name: String) throws {
        let python = try #require(PythonEnvironment.interpreter)
        let script = PackageFolder.path("Tests/IntegrationTests/Peers/conformance_clients.py")
        let run = try ConformanceRunner(
            Self.quick + ["--listen", "127.0.0.1:0", "--name", name, "--command", "\(python) \(script) \(name) {url}"],
            seconds: 900)
        try expectKnown(run, "\(name) (client)")
    }

    @Test("Chromium has the faults that the document names, and no others", .needs(.chromium))
    func chromium() throws {
        let folder = try TemporaryFolder("conformance")
        let file = folder.file("result.json")
        let port = try FreePort.next()
        let bench = try ChildProcess(
            try #require(BenchBinary.path),
            ["conformance"] + Self.quick + ["--listen", "127.0.0.1:\(port)", "--name", "chromium", "--json", file])
        try bench.waitForOutput("listening on", seconds: 20)
        let tab = try Chromium().open(
            "file://" + folder.write("<!doctype html><title>client</title>", to: "client.html"))
        _ = try tab.evaluate(Self.script(url: "ws://127.0.0.1:\(port)"))
        let exit = bench.waitForExit(seconds: 900)
        #expect(exit != nil, "\(bench.output)")
        let run = try ConformanceRunner(reading: file, output: bench.output, exit: exit ?? .exited(-1))
        try expectKnown(run, "Chromium (client)")
    }

    /// Autobahn's way through the cases, in a browser.
    private static func script(url: String) -> String {
        """
        (async () => {
          const talk = (path, take) => new Promise((resolve) => {
            const socket = new WebSocket('\(url)' + path);
            socket.binaryType = 'arraybuffer';
            socket.onmessage = (event) => take(event.data, socket);
            socket.onclose = resolve;
          });
          let count = 0;
          await talk('/getCaseCount', (text) => { count = Number(text); });
          for (let number = 1; number <= count; number += 1) {
            await talk(`/runCase?case=${number}&agent=chromium`, (data, socket) => socket.send(data));
          }
          await talk('/updateReports?agent=chromium', () => {});
        })(); 0
        """
    }

    private func expectKnown(_ run: ConformanceRunner, _ program: String) throws {
        let known = try KnownFaults.of(program)
        #expect(run.untested == [], "\(run.output)")
        #expect(run.failed.filter { id in !known.contains { id.hasPrefix($0) } } == [], "\(run.output)")
        #expect(known.filter { prefix in !run.failed.contains { $0.hasPrefix(prefix) } } == [])
        #expect(run.count("passed") > 500)
    }
}
