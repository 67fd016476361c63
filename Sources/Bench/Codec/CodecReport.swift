// The table for people and the lines for programs. Each figure is what one item costs, or how many times as fast as a
// yardstick it is; with `--json` each row is a line as soon as it is measured.

/// Writes measurements.
struct CodecReport {
    private static let columns = ["row", "items/s", "bytes/s", "each", "±", "allocs", "memcpy", "library", "target"]

    /// The table, columns aligned; the first column leans left, figures right.
    static func table(_ results: [(bench: CodecBench, measurement: Measurement)]) -> String {
        let lines = [columns] + results.map { cells($0.bench, $0.measurement) }
        let widths = columns.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        var text = ""
        for line in lines {
            var row = ""
            for (column, cell) in line.enumerated() {
                let space = String(repeating: " ", count: widths[column] - cell.count)
                let leansLeft = column == 0 || column == line.count - 1
                row += (column == 0 ? "" : "  ") + (leansLeft ? cell + space : space + cell)
            }
            while row.utf8.last == UInt8(ascii: " ") { row.removeLast() }
            text += row + "\n"
        }
        return text
    }

    static let legend = """
        each: median time of one item; ±: the middle half of the rounds; allocs: calls of malloc per item;
        memcpy, library: how many times as fast as they are with the same bytes in the same run (–: not installed, or a static
        build). hiredis copies what it reads into objects; ours tells where the bytes are.

        """

    private static func cells(_ bench: CodecBench, _ measurement: Measurement) -> [String] {
        let library = measurement.yardsticks.first { $0.name != Memcpy.name }
        let libraryText = library.map { library in
            measurement.ratio(to: library.name).map { "\(library.name) \(Decimal.text($0))" } ?? "\(library.name) –"
        }
        return [
            bench.name, Scaled.text(measurement.itemsPerSecond), Scaled.text(measurement.bytesPerSecond) + "B",
            Scaled.time(nanoseconds: measurement.nanosecondsPerItem), "\(Int((measurement.spread * 100).rounded())) %",
            measurement.allocationsPerItem.map { $0 == 0 ? "0" : Decimal.text($0) } ?? "–",
            measurement.ratio(to: Memcpy.name).map { Decimal.text($0) } ?? "–", libraryText ?? "",
            verdict(bench, measurement),
        ]
    }

    private static func verdict(_ bench: CodecBench, _ measurement: Measurement) -> String {
        var parts: [String] = []
        if let target = bench.target { parts.append(mark(target.isReached(by: measurement)) + " " + target.text) }
        if let most = bench.allocationsMost {
            parts.append(
                mark(measurement.allocations.map { $0 <= most })
                    + (most == 0 ? " no allocation" : " ≤ \(most) allocations"))
        }
        return parts.joined(separator: ", ")
    }

    /// Held, missed, or not to be told here.
    private static func mark(_ holds: Bool?) -> String { holds.map { $0 ? "✓" : "✗" } ?? "–" }

    /// One object of JSON and a line feed. Every text in it is ours and needs no escape; every number is finite.
    static func json(_ bench: CodecBench, _ measurement: Measurement) -> String {
        var fields = [
            "\"name\":\"\(bench.name)\"", "\"summary\":\"\(bench.summary)\"", "\"file\":\"\(bench.hotFile)\"",
            "\"itemsPerSecond\":\(measurement.itemsPerSecond)", "\"bytesPerSecond\":\(measurement.bytesPerSecond)",
            "\"nanosecondsPerItem\":\(measurement.nanosecondsPerItem)", "\"spread\":\(measurement.spread)",
            "\"allocationsPerItem\":\(measurement.allocationsPerItem.map { "\($0)" } ?? "null")",
        ]
        let ratios = measurement.yardsticks.map { yardstick in
            "\"\(yardstick.name)\":\(measurement.ratio(to: yardstick.name).map { "\($0)" } ?? "null")"
        }
        fields.append("\"ratios\":{\(ratios.joined(separator: ","))}")
        fields.append("\"target\":\(bench.target.map { "\"\($0.text)\"" } ?? "null")")
        let holds = bench.target.flatMap { $0.isReached(by: measurement) }
        fields.append("\"targetHolds\":\(holds.map { "\($0)" } ?? "null")")
        let isWithin = bench.allocationsMost.flatMap { most in measurement.allocations.map { $0 <= most } }
        fields.append("\"allocationsHold\":\(isWithin.map { "\($0)" } ?? "null")")
        return "{\(fields.joined(separator: ","))}\n"
    }
}
