// What a whole run came to, and its reports for machines: JSON (also what the page is made of) and JUnit XML, which CI systems read.

import JSON

struct ConformanceRun: Sendable {
    /// What was tested: its name for people, and where.
    var name: String
    var target: String
    /// `websocket` or `redis`; `server` or `client`.
    var wireProtocol: String
    var role: String
    /// Seconds since 1970.
    var started: Int
    var isStrict: Bool
    var results: [CaseResult]

    struct Summary: Equatable {
        var passed = 0
        /// Failures by level.
        var failedMust = 0
        var failedShould = 0
        var failedMay = 0
        var skipped = 0
        var couldNotTest = 0
        /// Of those that passed: only in the second run.
        var passedAgain = 0
    }

    var summary: Summary {
        var summary = Summary()
        for result in results {
            switch (result.outcome, result.test.level) {
            case (.passed, _):
                summary.passed += 1
                if result.wasRunAgain { summary.passedAgain += 1 }
            case (.failed, .must): summary.failedMust += 1
            case (.failed, .should): summary.failedShould += 1
            case (.failed, .may): summary.failedMay += 1
            case (.skipped, _): summary.skipped += 1
            case (.couldNotTest, _): summary.couldNotTest += 1
            }
        }
        return summary
    }

    /// 0: nothing that counts failed; 1: something did; 2: nothing failed, but not everything could be tested.
    var status: Int32 {
        if results.contains(where: { $0.counts(isStrict: isStrict) }) { return 1 }
        return summary.couldNotTest > 0 || results.isEmpty ? 2 : 0
    }

    /// One line, short enough for a badge: `rookery: 812 passed, 2 failed (1 must), 14 skipped`.
    var summaryLine: String {
        let summary = summary
        var parts = ["\(summary.passed) passed"]
        if summary.failedMust > 0 { parts.append("\(summary.failedMust) must failed") }
        if summary.failedShould > 0 { parts.append("\(summary.failedShould) should failed") }
        if summary.failedMay > 0 { parts.append("\(summary.failedMay) may not done") }
        if summary.skipped > 0 { parts.append("\(summary.skipped) skipped") }
        if summary.couldNotTest > 0 { parts.append("\(summary.couldNotTest) could not be tested") }
        if summary.passedAgain > 0 { parts.append("\(summary.passedAgain) only when run again alone") }
        return "\(name): \(parts.joined(separator: ", "))"
    }

    // MARK: JSON

    /// {"tool", "version": 1, "name", "target", "protocol", "role", "started", "strict", "status", "summary_line", "summary": {…}, "cases": [{"id",
    /// "section", "level", "sentence", "outcome": "passed" | "failed" | "skipped" | "could_not_test", "again", "milliseconds", "note",
    /// "reason", "expected", "came", "why", "sent", "received"}, …]}; what does not apply is missing.
    func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("tool", "rookery-bench conformance")
        writer.member("version", 1)
        writer.member("name", name)
        writer.member("target", target)
        writer.member("protocol", wireProtocol)
        writer.member("role", role)
        writer.member("started", started)
        writer.member("strict", isStrict)
        writer.member("status", Int(status))
        writer.member("summary_line", summaryLine)
        let summary = summary
        writer.name("summary")
        writer.beginObject()
        writer.member("passed", summary.passed)
        writer.member("failed_must", summary.failedMust)
        writer.member("failed_should", summary.failedShould)
        writer.member("failed_may", summary.failedMay)
        writer.member("skipped", summary.skipped)
        writer.member("could_not_test", summary.couldNotTest)
        writer.member("passed_again", summary.passedAgain)
        writer.endObject()
        writer.name("cases")
        writer.beginArray()
        for result in results { ConformanceRun.write(result, &writer) }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    private static func write(_ result: CaseResult, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", result.test.id)
        writer.member("section", result.test.section)
        writer.member("level", result.test.level.rawValue)
        writer.member("sentence", result.test.sentence)
        writer.member("outcome", result.outcome.word)
        writer.member("again", result.wasRunAgain)
        writer.member("milliseconds", result.milliseconds)
        if let note = result.note { writer.member("note", note) }
        switch result.outcome {
        case .passed: break
        case .skipped(let reason), .couldNotTest(let reason): writer.member("reason", reason)
        case .failed(let failure):
            writer.member("expected", failure.expected)
            writer.member("came", failure.came)
            writer.member("why", failure.why)
            writer.member("sent", failure.sentHex)
            writer.member("received", failure.receivedHex)
        }
        writer.endObject()
    }

    // MARK: JUnit

    /// One suite for each group. A failure that does not count is told as skipped, with its words, because the format knows no other.
    func junit() -> [UInt8] {
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        let failures = results.filter { $0.counts(isStrict: isStrict) }.count
        text += "<testsuites name=\"\(XML.text(name))\" tests=\"\(results.count)\" failures=\"\(failures)\">\n"
        var groups: [String] = []
        for result in results where !groups.contains(result.test.group) { groups.append(result.test.group) }
        for group in groups {
            let members = results.filter { $0.test.group == group }
            text += suite(group, members)
        }
        text += "</testsuites>\n"
        return Array(text.utf8)
    }

    private func suite(_ group: String, _ members: [CaseResult]) -> String {
        var failures = 0
        var errors = 0
        var skipped = 0
        var body = ""
        for result in members {
            let test = result.test
            body +=
                "    <testcase classname=\"\(XML.text(wireProtocol + "." + group))\" name=\"\(XML.text(test.id))\" "
                + "time=\"\(Decimal.text(Double(result.milliseconds) / 1_000))\""
            switch result.outcome {
            case .passed:
                body += "/>\n"
                continue
            case .failed(let failure):
                let words = XML.text(ConformanceText.failure(result, failure))
                let message = XML.text("[\(test.level.rawValue)] \(test.section): \(failure.why)")
                if result.counts(isStrict: isStrict) {
                    failures += 1
                    body += "><failure message=\"\(message)\">\(words)</failure>"
                } else {
                    skipped += 1
                    body += "><skipped message=\"\(message)\"/><system-out>\(words)</system-out>"
                }
            case .skipped(let reason):
                skipped += 1
                body += "><skipped message=\"\(XML.text(reason))\"/>"
            case .couldNotTest(let reason):
                errors += 1
                body += "><error message=\"\(XML.text(reason))\"/>"
            }
            body += "</testcase>\n"
        }
        return
            "  <testsuite name=\"\(XML.text(group))\" tests=\"\(members.count)\" failures=\"\(failures)\" "
            + "errors=\"\(errors)\" skipped=\"\(skipped)\">\n\(body)  </testsuite>\n"
    }
}

/// XML 1.0.
enum XML {
    /// Plain text for an element or a quoted attribute; what XML cannot hold (§2.2) becomes U+FFFD.
    static func text(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\n": escaped += "&#10;"
            case "\t": escaped += "&#9;"
            case "\r": escaped += "&#13;"
            default:
                let isAllowed = scalar.value >= 0x20 && scalar.value != 0xFFFE && scalar.value != 0xFFFF
                escaped.unicodeScalars.append(isAllowed ? scalar : "\u{FFFD}")
            }
        }
        return escaped
    }
}
