// The reports of a conformance run: JUnit XML as another program reads it, JSON, and the page in a real browser.
import Foundation
import TestSupport
import Testing

@Suite(
    "Reports of a conformance run", .needs(.bench), .needs(.rookery), .needs(.python), .ownsWhatItStarts, .serialized)
struct ConformanceReportTests {
    private static let some = [
        "--only", "ping/2-", "--only", "ping/125-", "--only", "utf8/ff", "--only", "handshake/refuse-two", "--patience",
        "300",
    ]

    /// Two results in the folder: a server without a pong, and ours.
    private func results(_ folder: TemporaryFolder) throws -> (faulty: ConformanceRunner, pages: [String]) {
        let own = try RookeryServer(["--echo"])
        let good = folder.file("good.json")
        let bench = try #require(BenchBinary.path)
        let first = try ChildProcess(
            bench, ["conformance", "ws://127.0.0.1:\(own.port)/echo", "--name", "rookery", "--json", good] + Self.some)
        #expect(first.waitForExit(seconds: 60) == .exited(0), "\(first.output)")
        let peer = try PythonPeer("faulty_websocket.py", ["no-pong"])
        let faulty = try ConformanceRunner(
            [
                "ws://127.0.0.1:\(peer.port)/", "--name", "<b>no \"pong\"", "--html", folder.file("page.html"),
                "--junit",
                folder.file("junit.xml"), "--compare", good,
            ] + Self.some)
        return (faulty, [folder.file("page.html"), folder.file("junit.xml")])
    }

    @Test("a failure tells what was sent, expected and received, the section, and that it was run again alone")
    func words() throws {
        let folder = try TemporaryFolder("conformance")
        let (run, files) = try results(folder)
        #expect(run.exit == .exited(1))
        #expect(run.output.contains("FAILED ping/2-bytes [must] RFC 6455 §5.5.2, §5.5.3, also when run again alone"))
        #expect(run.output.contains("sent      (after the opening handshake) 898237fa 213d"))
        #expect(run.output.contains("expected  a pong of 2 bytes"))
        let unconfirmed = run.cases.filter { $0.outcome == "failed" && !$0.wasRunAgain }.map(\.id)
        #expect(unconfirmed == [])
        let failures = run.cases.count { $0.outcome == "failed" }
        let last = run.output.split(separator: "\n").last ?? ""
        #expect(last.hasPrefix("<b>no \"pong\": ") && last.contains("\(failures) must failed"), "\(last)")
        // JUnit, read by another program.
        let code = """
            import sys, xml.etree.ElementTree as tree
            root = tree.parse(sys.argv[1]).getroot()
            cases = list(root.iter("testcase"))
            print(root.get("name"), root.get("tests"), len(cases), root.get("failures"), len(list(root.iter("failure"))))
            """
        let python = try ChildProcess("python3", ["-c", code, files[1]])
        #expect(python.waitForExit(seconds: 20) == .exited(0))
        #expect(python.output == "<b>no \"pong\" \(run.cases.count) \(run.cases.count) \(failures) \(failures)\n")
    }

    @Test("the page shows both programs, light and dark, on a desk and a phone, without a complaint", .needs(.chromium))
    func page() throws {
        let folder = try TemporaryFolder("conformance")
        let (run, files) = try results(folder)
        let tab = try Chromium().open("file://" + files[0])
        try tab.wait(for: "document.documentElement.dataset.state === 'drawn'")
        let failures = run.cases.count { $0.outcome == "failed" }
        for (dark, width) in [(false, 1280), (true, 1280), (true, 390)] {
            try tab.look(width: width, height: 900, dark: dark)
            #expect(try tab.evaluate("document.querySelectorAll('[data-case]').length") as? Int == failures)
            #expect(try tab.evaluate("document.querySelectorAll('[data-verdict=failed]').length") as? Int == failures)
            #expect(try tab.evaluate("document.querySelectorAll('[data-verdict=passed]').length") as? Int == failures)
            #expect(
                try tab.text("document.querySelector('[data-tile=rookery] dd').textContent").hasPrefix("✓ none failed"))
            #expect(try tab.evaluate("document.documentElement.scrollWidth <= \(width)") as? Bool == true)
            _ = try tab.evaluate("document.querySelector('[data-case]').open = true")
            try tab.wait(for: "document.querySelector('[data-case] .facts')")
            let kept = ProcessInfo.processInfo.environment["ROOKERY_SCREENSHOTS"] ?? folder.path
            try tab.screenshot(to: "\(kept)/conformance-\(width)-\(dark ? "dark" : "light").png")
        }
        #expect(try tab.problems() == [])
    }
}
