// `rookery-bench conformance`: which cases, run by whom, and what is told and written in the end.

import EventLoop
import ReportPage

enum ConformanceCommand {
    /// The program's exit status, as the usage says.
    static func run(_ arguments: [String]) -> Int32 {
        if arguments.contains("--help") {
            StandardStreams.writeOutput(ConformanceSettings.usage)
            return 0
        }
        var problem = ""
        guard let settings = ConformanceSettings(arguments, problem: &problem) else {
            StandardStreams.writeError("rookery-bench conformance: \(problem)\n\n\(ConformanceSettings.usage)")
            return 2
        }
        do throws(ConformanceProblem) {
            let subject = try ConformanceSubjects.make(settings)
            let cases = subject.cases.filter(settings.selects)
            if settings.listsOnly {
                StandardStreams.writeOutput(ConformanceText.list(cases))
                return 0
            }
            guard !cases.isEmpty else { throw ConformanceProblem("--only and --skip leave no case") }
            let started = WallClock.milliseconds() / 1_000
            let results = try subject.run(cases, settings)
            let run = ConformanceRun(
                name: settings.name.isEmpty ? subject.place : settings.name, target: subject.place,
                wireProtocol: settings.wireProtocol.rawValue, role: settings.role.rawValue, started: started,
                isStrict: settings.isStrict, results: results)
            StandardStreams.writeOutput(ConformanceText.report(run))
            try write(run, settings)
            return run.status
        } catch {
            StandardStreams.writeError("rookery-bench conformance: \(error)\n")
            return 2
        }
    }

    private static func write(_ run: ConformanceRun, _ settings: ConformanceSettings) throws(ConformanceProblem) {
        do {
            if let path = settings.jsonPath { try WholeFile.write(run.json() + Array("\n".utf8), to: path) }
            if let path = settings.junitPath { try WholeFile.write(run.junit(), to: path) }
            guard let path = settings.htmlPath else { return }
            let data = try pageData(run, comparedPaths: settings.comparedPaths)
            let title = "Conformance: \(run.name)" + (settings.comparedPaths.isEmpty ? "" : ", compared")
            try WholeFile.write(ReportPage.page(title: title, dataJSON: data), to: path)
        } catch {
            throw ConformanceProblem("\(error)")
        }
    }

    /// This run and those that it is compared with: one list.
    private static func pageData(
        _ run: ConformanceRun, comparedPaths: [String]
    ) throws(ReportInput.Problem) -> [UInt8] {
        guard !comparedPaths.isEmpty else { return run.json() }
        // A list that was read and checked: "[…]".
        let others = try ReportInput.list(of: comparedPaths)
        return Array("[".utf8) + run.json() + Array(",".utf8) + others.dropFirst()
    }

    /// Runs cases against a server, with a line about how far it is.
    static func runBesideEachOther(
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
