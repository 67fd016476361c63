// `rookery-bench fanout`, from its arguments to its table.

import EventLoop
import ReportPage

enum FanoutCommand {
    /// The exit status; see the usage.
    static func run(_ arguments: [String]) -> Int32 {
        let settings: FanoutSettings
        do throws(FanoutProblem) {
            settings = try FanoutSettings(arguments)
        } catch {
            StandardStreams.writeError("rookery-bench fanout: \(error)\n\n\(FanoutSettings.usage)")
            return 2
        }
        guard !settings.asksForHelp else {
            StandardStreams.writeOutput(FanoutSettings.usage)
            return 0
        }
        do {
            // A name that cannot be written is told before the run, not after it.
            for case let path? in [settings.jsonPath, settings.htmlPath] where path != "-" {
                try WholeFile.write([], to: path)
            }
            let result = try FanoutRun(settings, live: LiveLine()).run()
            if settings.jsonPath != "-" { StandardStreams.writeOutput(FanoutTable.text(result)) }
            if let path = settings.jsonPath { try write(result, to: path) }
            if let path = settings.htmlPath {
                let list = [UInt8(ascii: "[")] + result.json() + [UInt8(ascii: "]")]
                try WholeFile.write(ReportPage.page(title: "rookery-bench fanout", dataJSON: list), to: path)
            }
            return result.isFlawless ? 0 : 1
        } catch {
            StandardStreams.writeError("rookery-bench fanout: \(error)\n")
            return 1
        }
    }

    private static func write(_ result: FanoutResult, to path: String) throws {
        let bytes = result.json() + [UInt8(ascii: "\n")]
        if path == "-" {
            if let problem = StandardStreams.writeOutput(bytes) { throw problem }
        } else {
            try WholeFile.write(bytes, to: path)
        }
    }
}
