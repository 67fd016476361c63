// `rookery-bench report`: a page from results that were kept, without a new run.

import EventLoop
import ReportPage

enum ReportCommand {
    static let usage = """
        usage: rookery-bench report RESULT.json … --html FILE [--title "…"]

        Writes one HTML file with charts and tables of all results: of one run, of several runs beside each other, of
        comparisons, and of conformance tests of one or several programs. RESULT.json is what `--json` of `rookery-bench fanout`,
        `compare` or `conformance` wrote, one result or a list. The page needs nothing but itself: it opens from a disk, and nothing in it asks a network.

        Status 0: written; 1: a file could not be read or written, or is no result; 2: the arguments are wrong.

        """

    /// The program's exit status, as `usage` says.
    static func run(_ arguments: [String]) -> Int32 {
        if arguments.contains("--help") {
            StandardStreams.writeOutput(usage)
            return 0
        }
        var problem = ""
        guard let settings = ReportSettings(arguments, problem: &problem) else {
            StandardStreams.writeError("rookery-bench report: \(problem)\n\n\(usage)")
            return 2
        }
        do throws(ReportInput.Problem) {
            let data = try ReportInput.list(of: settings.inputs)
            return write(ReportPage.page(title: settings.title, dataJSON: data), to: settings.output)
        } catch {
            StandardStreams.writeError("rookery-bench report: \(error)\n")
            return 1
        }
    }

    private static func write(_ page: [UInt8], to path: String) -> Int32 {
        do throws(SystemError) {
            try WholeFile.write(page, to: path)
            return 0
        } catch {
            StandardStreams.writeError("rookery-bench report: \(error)\n")
            return 1
        }
    }
}

/// What `rookery-bench report` can be told.
struct ReportSettings: Equatable {
    /// Paths of result files, in the order of the report.
    var inputs: [String] = []
    /// The path of the page.
    var output = ""
    var title = "rookery-bench report"

    /// nil: the arguments are wrong; what and why goes to `problem`.
    init?(_ arguments: [String], problem: inout String) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.utf8.starts(with: "--".utf8) else {
                inputs.append(argument)
                continue
            }
            guard argument == "--html" || argument == "--title" else {
                problem = "\(argument): no such option"
                return nil
            }
            guard let value = rest.popFirst(), !value.isEmpty else {
                problem = "\(argument): a value is missing"
                return nil
            }
            if argument == "--html" { output = value } else { title = value }
        }
        guard !inputs.isEmpty else {
            problem = "no result file is named"
            return nil
        }
        guard !output.isEmpty else {
            problem = "--html FILE is missing: where to write the page"
            return nil
        }
        guard !inputs.contains(output) else {
            problem = "--html \(output): the page would overwrite a result"
            return nil
        }
    }
}
