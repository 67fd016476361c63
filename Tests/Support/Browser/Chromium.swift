// A real Chromium without a window, with a fresh profile in a temporary folder, driven over its DevTools WebSocket.
import Foundation

package final class Chromium: Sendable {
    package let process: ChildProcess
    private let folder: TemporaryFolder
    private let devTools: DevTools

    package init() throws {
        folder = try TemporaryFolder("chromium")
        let profile = folder.file("profile")
        process = try ChildProcess(
            "chromium",
            [
                "--headless=new", "--no-sandbox", "--remote-debugging-port=0", "--user-data-dir=\(profile)",
                "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--no-default-browser-check",
                "--disable-extensions", "--disable-sync", "--disable-component-update",
                "--disable-background-networking",
                "--disable-crash-reporter", "--mute-audio", "--hide-scrollbars",
                // A tab in the background must not be slower than the one in front.
                "--disable-background-timer-throttling", "--disable-backgrounding-occluded-windows",
                "--disable-renderer-backgrounding", "about:blank",
            ],
            environment: ["HOME": folder.path, "XDG_CONFIG_HOME": folder.path, "XDG_CACHE_HOME": folder.path],
            folder: folder.path, outputPath: folder.file("chromium.log"))
        let process = process
        var lines: [Substring] = []
        try wait(until: "Chromium has opened its DevTools port:\n\(process.output)", seconds: 40) {
            if let exit = process.exitStatus { throw KitError("Chromium ended (\(exit)):\n\(process.output)") }
            let text = try? String(contentsOfFile: "\(profile)/DevToolsActivePort", encoding: .utf8)
            lines = text?.split(separator: "\n") ?? []
            return lines.count == 2
        }
        devTools = try DevTools("ws://127.0.0.1:\(lines[0])\(lines[1])")
    }

    /// Opens a tab and waits until the page has loaded. `isolated` tabs share no storage with others.
    package func open(_ url: String, isolated: Bool = true, seconds: Double = 20) throws -> BrowserTab {
        var parameters: [String: Any] = ["url": "about:blank"]
        if isolated {
            let context = try devTools.call("Target.createBrowserContext", ["disposeOnDetach": true])
            parameters["browserContextId"] = context["browserContextId"]
        }
        guard let target = try devTools.call("Target.createTarget", parameters)["targetId"] as? String,
            let session = try devTools.call("Target.attachToTarget", ["targetId": target, "flatten": true])["sessionId"]
                as? String
        else { throw KitError("Chromium opened no tab") }
        let tab = try BrowserTab(devTools, session: session, target: target)
        try tab.load(url, seconds: seconds)
        return tab
    }

    /// Closes the browser in good order.
    package func close() {
        _ = try? devTools.call("Browser.close", seconds: 5)
        process.terminate(seconds: 5)
    }
}
