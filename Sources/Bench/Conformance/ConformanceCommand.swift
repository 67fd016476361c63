// `rookery-bench conformance`: which cases, run by whom, and what is told and written in the end.

import EventLoop
import ReportPage

enum ConformanceCommand {
    /// The program's exit status, as the usage says.
    static func run(_ arguments: [String]) -> Int32 {
        if arguments.contains("--help") || arguments.contains("-h") {
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
            if let part = settings.idlePatterns(among: subject.cases).first {
                throw ConformanceProblem("--only \(part): no case has that in its id; --list shows them")
            }
            let cases = subject.cases.filter(settings.selects)
            guard !cases.isEmpty else { throw ConformanceProblem("--only and --skip leave no case; --list shows them") }
            if settings.listsOnly {
                StandardStreams.writeOutput(ConformanceText.list(cases))
                return 0
            }
            // Read before anything is run: a run may take minutes.
            let compared = try comparedResults(settings)
            let started = WallClock.milliseconds() / 1_000
            let results = try subject.run(cases, settings)
            let run = ConformanceRun(
                name: settings.name.isEmpty ? subject.place : settings.name, target: subject.place,
                wireProtocol: settings.wireProtocol.rawValue, role: settings.role.rawValue, started: started,
                isStrict: settings.isStrict, results: results)
            StandardStreams.writeOutput(ConformanceText.report(run))
            try write(run, settings, compared: compared)
            return run.status
        } catch {
            StandardStreams.writeError("rookery-bench conformance: \(error)\n")
            return 2
        }
    }

    /// The files of `--compare` as one JSON list, "[…]"; nil: none was given.
    private static func comparedResults(_ settings: ConformanceSettings) throws(ConformanceProblem) -> [UInt8]? {
        guard !settings.comparedPaths.isEmpty else { return nil }
        do throws(ReportInput.Problem) {
            return try ReportInput.list(of: settings.comparedPaths)
        } catch {
            throw ConformanceProblem("--compare: \(error)")
        }
    }

    /// Writes all reports that can be written, and then says which could not.
    private static func write(
        _ run: ConformanceRun, _ settings: ConformanceSettings, compared: [UInt8]?
    ) throws(ConformanceProblem) {
        let reports: [(path: String?, bytes: () -> [UInt8])] = [
            (settings.jsonPath, { run.json() + Array("\n".utf8) }), (settings.junitPath, { run.junit() }),
            (settings.htmlPath, { page(run, compared: compared) }),
        ]
        var problems: [String] = []
        for (path, bytes) in reports {
            guard let path else { continue }
            do throws(SystemError) { try WholeFile.write(bytes(), to: path) } catch { problems.append("\(error)") }
        }
        guard problems.isEmpty else { throw ConformanceProblem(problems.joined(separator: "; ")) }
    }

    /// This run, and those that it is compared with behind it.
    private static func page(_ run: ConformanceRun, compared: [UInt8]?) -> [UInt8] {
        let data = compared.map { Array("[".utf8) + run.json() + Array(",".utf8) + $0.dropFirst() } ?? run.json()
        let title = "Conformance: \(run.name)" + (compared == nil ? "" : ", compared")
        return ReportPage.page(title: title, dataJSON: data)
    }
}
