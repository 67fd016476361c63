// What a program under test is to the command, whatever protocol and role it has.

import EventLoop

/// Why nothing could be tested, in a sentence.
struct ConformanceProblem: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// A program under test: its cases, and how they are run.
protocol ConformanceSubject {
    /// Where it is, for people.
    var place: String { get }
    var cases: [ConformanceCase] { get }

    /// Throws when there is nothing to test: nobody answers, or it is not the protocol at all.
    func run(_ cases: [ConformanceCase], _ settings: ConformanceSettings) throws(ConformanceProblem) -> [CaseResult]
}

extension ConformanceSubject {
    /// Runs cases against a server, with a line about how far it is.
    func runBesideEachOther(
        _ cases: [ConformanceCase], jobs: Int, _ settings: ConformanceSettings
    ) throws(ConformanceProblem) -> [CaseResult] {
        let live = LiveLine()
        defer { live.end() }
        let runner = CaseRunner(cases: cases, jobs: jobs, patienceMilliseconds: settings.patienceMilliseconds)
        do throws(SystemError) {
            return try runner.run { done, failed, isSecondRun in
                let what = isSecondRun ? "again alone: \(done)" : "\(done) of \(cases.count)"
                live.show("\(what) cases, \(failed) failed", isLast: false)
            }
        } catch {
            throw ConformanceProblem("\(error)")
        }
    }
}
