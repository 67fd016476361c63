// `rookery-bench codec`, from its arguments to its table. Rows are measured one after the other in this process; only their
// allocations are counted before, in a child. Measures no network and no kernel: those are the drills' part.

import EventLoop

enum CodecCommand {
    /// The exit status: 0, or 1 when a row did not do its work or the output could not be written, or 2 when the arguments are wrong.
    static func run(_ arguments: [String]) -> Int32 {
        let all = CodecRows.all()
        let names = all.map(\.name)
        do throws(CodecSettings.Problem) {
            let settings = try CodecSettings(arguments, names: names)
            guard !settings.asksForHelp else {
                StandardStreams.writeOutput(CodecSettings.usage(names: names))
                return 0
            }
            return run(all.filter { settings.only.isEmpty || settings.only.contains($0.name) }, settings)
        } catch {
            StandardStreams.writeError("rookery-bench codec: \(error)\n\(CodecSettings.usage(names: names))")
            return 2
        }
    }

    private static func run(_ benches: [CodecBench], _ settings: CodecSettings) -> Int32 {
        let stopwatch = Stopwatch(secondsPerRow: settings.seconds)
        var progress = Progress(isShown: StandardStreams.isErrorATerminal)
        let allocations = AllocationCounter.count(benches.map(\.name))
        var results: [(bench: CodecBench, measurement: Measurement)] = []
        for (index, bench) in benches.enumerated() {
            progress.show("\(index + 1) of \(benches.count): \(bench.name)")
            do throws(WrongResult) {
                let measurement = try stopwatch.measure(bench, allocations: allocations[bench.name])
                results.append((bench, measurement))
                if settings.writesJSON, !hasWritten(CodecReport.json(bench, measurement)) { return 1 }
            } catch {
                progress.clear()
                StandardStreams.writeError("rookery-bench codec: \(error)\n")
                return 1
            }
        }
        progress.clear()
        guard settings.writesJSON || hasWritten(CodecReport.table(results) + "\n" + CodecReport.legend) else {
            return 1
        }
        return 0
    }

    private static func hasWritten(_ text: String) -> Bool {
        guard let problem = StandardStreams.writeOutput(text) else { return true }
        StandardStreams.writeError("rookery-bench codec: \(problem)\n")
        return false
    }
}

/// One line on a terminal that says what is going on, once it has gone on for two seconds.
private struct Progress {
    let isShown: Bool
    private let begun = Instant.now()
    private var hasShown = false

    init(isShown: Bool) { self.isShown = isShown }

    mutating func show(_ text: String) {
        guard isShown, Instant.now().milliseconds(since: begun) > 2_000 else { return }
        hasShown = true
        StandardStreams.writeError("\r\u{1B}[K\(text)")
    }

    mutating func clear() {
        guard hasShown else { return }
        hasShown = false
        StandardStreams.writeError("\r\u{1B}[K")
    }
}
