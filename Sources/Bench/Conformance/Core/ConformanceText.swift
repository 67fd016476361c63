// What a person reads in a terminal: the list of cases, a failure, the table at the end.

enum ConformanceText {
    /// One line a case: level, id, section, sentence.
    static func list(_ cases: [ConformanceCase]) -> String {
        let width = cases.map(\.id.utf8.count).max() ?? 0
        let sections = cases.map(\.section.count).max() ?? 0
        return cases.map { test in
            padded(test.level.rawValue, 6) + "  " + padded(test.id, width) + "  " + padded(test.section, sections)
                + "  "
                + test.sentence + "\n"
        }.joined()
    }

    /// A failure with all that is needed to repeat it by hand.
    static func failure(_ result: CaseResult, _ failure: CaseFailure) -> String {
        let test = result.test
        return """
            FAILED \(test.id) [\(test.level.rawValue)] \(test.section)\(result.wasRunAgain ? ", also when run again alone" : "")
              \(test.sentence)
              sent      \(failure.sentHex.isEmpty ? "nothing" : failure.sentHex)
              expected  \(failure.expected)
              came      \(failure.came)
              received  \(failure.receivedHex.isEmpty ? "nothing" : failure.receivedHex)
              why       \(failure.why)

            """
    }

    /// All failures in the order of the cases, then what could not be tested, a line for each group, and the summary.
    static func report(_ run: ConformanceRun) -> String {
        var text = ""
        for result in run.results {
            switch result.outcome {
            case .failed(let failure) where result.test.level != .may:
                text += self.failure(result, failure) + "\n"
            case .failed(let failure): text += "not done \(result.test.id) [may]: \(failure.came)\n"
            case .couldNotTest(let reason): text += "could not test \(result.test.id): \(reason)\n"
            case .passed where result.wasRunAgain:
                text += "late \(result.test.id): passed only when it was run again alone\n"
            case .passed, .skipped: break
            }
        }
        return text + table(run) + run.summaryLine + "\n"
    }

    /// Why cases were skipped, and how many for each reason.
    static func table(_ run: ConformanceRun) -> String {
        var groups: [String] = []
        for result in run.results where !groups.contains(result.test.group) { groups.append(result.test.group) }
        let width = max(groups.map(\.utf8.count).max() ?? 0, 5)
        var text = padded("group", width) + "  passed  failed  skipped\n"
        for group in groups {
            var counts = [0, 0, 0]
            for result in run.results where result.test.group == group {
                switch result.outcome {
                case .passed: counts[0] += 1
                case .failed: counts[1] += 1
                case .skipped, .couldNotTest: counts[2] += 1
                }
            }
            text +=
                padded(group, width) + "  " + padded(left: "\(counts[0])", 6) + "  " + padded(left: "\(counts[1])", 6)
                + "  "
                + padded(left: "\(counts[2])", 7) + "\n"
        }
        var reasons: [String: Int] = [:]
        for case .skipped(let reason) in run.results.map(\.outcome) { reasons[reason, default: 0] += 1 }
        for (reason, count) in reasons.sorted(by: { $0.key < $1.key }) { text += "skipped \(count): \(reason)\n" }
        return text
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func padded(left text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
