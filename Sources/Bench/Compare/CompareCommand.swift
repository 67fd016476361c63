// `rookery-bench compare`: the same loads on several servers in turn.

import EventLoop
import ReportPage

enum CompareCommand {
    static let usage = """
        usage: rookery-bench compare --server NAME=COMMAND … [--load "subscribers=1000 rate=100"]… [--url NAME=ws://…]
                                     [--rounds 7] [--rounds-most N] [--yardstick NAME] [--pin-server 0 --pin-load 1] [--json FILE]
                                     [--html FILE]

        Starts each server afresh for each load, loads it with `rookery-bench fanout`, and stops it; all in turn, round by round, with the
        yardstick twice in each round. Beside each ratio to the yardstick stands the yardstick's ratio to itself (A/A).

          --server NAME=COMMAND   quotes as in a shell; {port} is a free port. No shell runs it: the process must be the server
          --url NAME=URL          where clients connect (ws://127.0.0.1:{port}/ws/{n})
          --with NAME=OPTIONS     of `fanout`, for this server alone, such as --subscribe
          --yardstick NAME        one of the servers; default: limit, which is `rookery-bench limit` and need not be named
          --load "WORDS"          options of `fanout` as name=value; label=TEXT names it. Default: four loads, paced and saturated
          --rounds N              (7)
          --rounds-most N         go on while an A/A is not within 0.95 and 1.05, up to so many rounds
          --pin-server N          the servers' processor
          --pin-load N            the load's
          --json FILE             everything, also of each run; - is standard output
          --html FILE             a page with charts of the same

        Status 0: done; 1: a server or a run failed; 2: wrong arguments.

        """

    /// The program's exit status, as `usage` says.
    static func run(_ arguments: [String], program: String = "/proc/\(Program.own)/exe") -> Int32 {
        let settings: CompareSettings
        do throws(CompareSettings.Problem) { settings = try CompareSettings(arguments) } catch {
            StandardStreams.writeError("rookery-bench compare: \(error)\n\n\(usage)")
            return 2
        }
        if settings.asksForHelp {
            StandardStreams.writeOutput(usage)
            return 0
        }
        let started = WallClock.milliseconds() / 1_000
        var runner = CompareRunner(settings, program: program) { StandardStreams.writeError($0 + "\n") }
        do throws(CompareRunner.Problem) { try runner.run() } catch {
            StandardStreams.writeError("rookery-bench compare: \(error)\n")
            return 1
        }
        let rows = runner.comparison.rows(loads: settings.loads.map(\.label), servers: settings.servers.map(\.name))
        if settings.jsonPath != "-" {
            StandardStreams.writeOutput(
                CompareReport.table(rows, yardstick: settings.yardstick) + CompareReport.legend)
        }
        let json = CompareReport.json(
            settings, rounds: runner.rounds, started: started, rows: rows, runs: runner.runs)
        do throws(SystemError) {
            try write(json, settings)
            return 0
        } catch {
            StandardStreams.writeError("rookery-bench compare: \(error)\n")
            return 1
        }
    }

    private static func write(_ json: [UInt8], _ settings: CompareSettings) throws(SystemError) {
        let lines = json + [UInt8(ascii: "\n")]
        if settings.jsonPath == "-" {
            if let problem = StandardStreams.writeOutput(lines) { throw problem }
        } else if let path = settings.jsonPath {
            try WholeFile.write(lines, to: path)
        }
        if let path = settings.htmlPath {
            let list = [UInt8(ascii: "[")] + json + [UInt8(ascii: "]")]
            try WholeFile.write(ReportPage.page(title: "rookery-bench compare", dataJSON: list), to: path)
        }
    }
}
