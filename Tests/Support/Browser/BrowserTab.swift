// One tab: load a page, run JavaScript, wait for what a person would see, and keep everything the browser complains about.
import Foundation

package final class BrowserTab: @unchecked Sendable {
    private let devTools: DevTools
    private let session: String
    private let target: String
    private var complaints: [String] = []

    init(_ devTools: DevTools, session: String, target: String) throws {
        self.devTools = devTools
        self.session = session
        self.target = target
        for domain in ["Page", "Runtime", "Log", "Network", "Audits"] { try call("\(domain).enable") }
    }

    @discardableResult
    package func call(_ method: String, _ parameters: [String: Any] = [:], seconds: Double = 30) throws -> [String: Any]
    {
        try devTools.call(method, parameters, session: session, seconds: seconds)
    }

    package func load(_ url: String, seconds: Double = 20) throws {
        let result = try call("Page.navigate", ["url": url])
        if let error = result["errorText"] as? String { throw KitError("\(url): \(error)") }
        try wait(for: "document.readyState === 'complete' && location.href !== 'about:blank'", seconds: seconds)
    }

    // MARK: JavaScript

    /// The value of an expression (promises are awaited): text, number, bool, list, object or nil.
    package func evaluate(_ expression: String, seconds: Double = 30) throws -> Any? {
        let answer = try call(
            "Runtime.evaluate", ["expression": expression, "returnByValue": true, "awaitPromise": true],
            seconds: seconds)
        if let details = answer["exceptionDetails"] as? [String: Any] {
            let exception = details["exception"] as? [String: Any]
            throw KitError("\(expression): \(exception?["description"] ?? details["text"] ?? "exception")")
        }
        return (answer["result"] as? [String: Any])?["value"]
    }

    package func text(_ expression: String) throws -> String { try evaluate("String(\(expression))") as? String ?? "" }

    /// Waits until the expression is true.
    package func wait(for expression: String, seconds: Double = 10) throws {
        var last = ""
        do {
            try TestSupport.wait(until: expression, seconds: seconds, everyMilliseconds: 30) {
                do { return try evaluate("!!(\(expression))") as? Bool == true } catch let error as KitError {
                    // While a page loads, the old one's world may vanish under the question.
                    last = error.description
                    return false
                }
            }
        } catch {
            let page = (try? text("document.body && document.body.innerText")) ?? ""
            throw KitError("never true in the page: \(expression) \(last)\nThe page shows: \(page.prefix(1000))")
        }
    }

    /// Sets a field as a person's typing does, and fires `input`.
    package func type(_ text: String, into selector: String) throws {
        try focus(selector)
        try call("Input.insertText", ["text": text])
    }

    package func focus(_ selector: String) throws {
        _ = try evaluate("document.querySelector(\(BrowserTab.literal(selector))).focus()")
    }

    /// A real click in the middle of the element.
    package func click(_ selector: String) throws {
        let element = "document.querySelector(\(BrowserTab.literal(selector)))"
        let middle = try evaluate(
            """
            (() => { const e = \(element); e.scrollIntoView({block: 'center'}); const r = e.getBoundingClientRect();
            return [r.left + r.width / 2, r.top + r.height / 2]; })()
            """)
        guard let point = middle as? [Any], point.count == 2 else { throw KitError("nothing to click: \(selector)") }
        for type in ["mousePressed", "mouseReleased"] {
            try call(
                "Input.dispatchMouseEvent",
                ["type": type, "x": point[0], "y": point[1], "button": "left", "clickCount": 1])
        }
    }

    package func pressEnter() throws {
        for type in ["keyDown", "keyUp"] {
            var parameters: [String: Any] = [
                "type": type, "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13,
            ]
            if type == "keyDown" { parameters["text"] = "\r" }
            try call("Input.dispatchKeyEvent", parameters)
        }
    }

    /// `text` as a JavaScript literal.
    package static func literal(_ text: String) -> String {
        let data = try? JSONSerialization.data(withJSONObject: [text], options: [.withoutEscapingSlashes])
        return String(decoding: data ?? Data("[\"\"]".utf8), as: UTF8.self).dropFirst().dropLast().description
    }

    // MARK: looks

    /// Size of the window, light or dark, as phone or desktop.
    package func look(width: Int, height: Int, dark: Bool = false, phone: Bool = false) throws {
        try call(
            "Emulation.setDeviceMetricsOverride",
            ["width": width, "height": height, "deviceScaleFactor": phone ? 2 : 1, "mobile": phone])
        try call(
            "Emulation.setEmulatedMedia",
            ["features": [["name": "prefers-color-scheme", "value": dark ? "dark" : "light"]]])
    }

    /// Writes a PNG.
    package func screenshot(to path: String) throws {
        let answer = try call("Page.captureScreenshot", ["format": "png"])
        guard let text = answer["data"] as? String, let data = Data(base64Encoded: text) else {
            throw KitError("no screenshot")
        }
        try data.write(to: URL(filePath: path))
    }

    // MARK: complaints

    /// Everything the browser has complained about in this tab so far: uncaught exceptions, console errors and
    /// assertions, log entries of level error, reports of the content security policy. Without those whose text contains one of
    /// `expected` (a refused connection while a node is down, say).
    package func problems(except expected: [String] = []) throws -> [String] {
        for (method, parameters) in try devTools.takeEvents(session) {
            if let complaint = BrowserTab.complaint(method, parameters) { complaints.append(complaint) }
        }
        return complaints.filter { complaint in !expected.contains { complaint.contains($0) } }
    }

    private static func complaint(_ method: String, _ parameters: [String: Any]) -> String? {
        switch method {
        case "Runtime.exceptionThrown":
            let details = parameters["exceptionDetails"] as? [String: Any]
            let exception = details?["exception"] as? [String: Any]
            return "exception: \(exception?["description"] ?? details?["text"] ?? parameters)"
        case "Runtime.consoleAPICalled":
            guard let type = parameters["type"] as? String, type == "error" || type == "assert" else { return nil }
            let arguments = parameters["args"] as? [[String: Any]] ?? []
            return "console: " + arguments.map { "\($0["value"] ?? $0["description"] ?? "?")" }.joined(separator: " ")
        case "Log.entryAdded":
            guard let entry = parameters["entry"] as? [String: Any], entry["level"] as? String == "error" else {
                return nil
            }
            return "log (\(entry["source"] ?? "?")): \(entry["text"] ?? "?") \(entry["url"] ?? "")"
        case "Audits.issueAdded":
            guard let issue = parameters["issue"] as? [String: Any],
                issue["code"] as? String == "ContentSecurityPolicyIssue"
            else { return nil }
            return "content security policy: \(issue["details"] ?? "?")"
        default: return nil
        }
    }

    package func close() { _ = try? devTools.call("Target.closeTarget", ["targetId": target]) }
}
