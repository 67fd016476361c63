// A comparison as a table for people and as JSON for programs and for the page of `--html`.

import JSON

enum CompareReport {
    /// A block for each load, a line for each metric and server.
    static func table(_ rows: [Comparison.Row], yardstick: String) -> String {
        var text = ""
        var load: String?
        var lines: [[String]] = []
        func flush() {
            guard !lines.isEmpty else { return }
            text += aligned([["", "server", "median", "", "× \(yardstick)", "A/A", ""]] + lines)
            lines = []
        }
        for row in rows {
            if row.load != load {
                flush()
                text += (text.isEmpty ? "" : "\n") + row.load + "\n"
                load = row.load
            }
            let metric = lines.last { !$0[0].isEmpty }?[0] == row.metric ? "" : row.metric
            lines.append([
                metric, row.server, figure(row).0, figure(row).1, ratio(row.ratio), ratio(row.aaRatio),
                row.isDecided ? "" : "undecided",
            ])
        }
        flush()
        return text
    }

    static let legend = """

        median: of all rounds. ×: how many times the yardstick, median of the ratios of each round. A/A: the same of the yardstick with
        itself; where it is not within 0.95 and 1.05 the ratio is undecided: take more rounds (--rounds-most) or a quieter machine.

        """

    /// The median and its unit; below a microsecond in nanoseconds.
    private static func figure(_ row: Comparison.Row) -> (String, String) {
        if row.unit == "µs", row.median < 1 { return (Decimal.text(row.median * 1_000), "ns") }
        return (Decimal.text(row.median), row.unit)
    }

    private static func ratio(_ value: Double?) -> String {
        guard let value else { return "–" }
        let thousandths = Int((min(value, 1e9) * 1_000).rounded())
        let fraction = String(thousandths % 1_000)
        return "\(thousandths / 1_000)." + String(repeating: "0", count: 3 - fraction.utf8.count) + fraction
    }

    /// Names lean left, figures right.
    private static func aligned(_ lines: [[String]]) -> String {
        let leansLeft = [true, true, false, true, false, false, true]
        let widths = leansLeft.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        var text = ""
        for line in lines {
            var row = ""
            for (column, cell) in line.enumerated() {
                let space = String(repeating: " ", count: widths[column] - cell.count)
                row += "  " + (leansLeft[column] ? cell + space : space + cell)
            }
            while row.utf8.last == UInt8(ascii: " ") { row.removeLast() }
            text += row + "\n"
        }
        return text
    }

    /// One object, as `Fixtures`-like programs read it: rows, and every run with its load and round.
    static func json(
        _ settings: CompareSettings, rounds: Int, started: Int, rows: [Comparison.Row], runs: [CompareRunner.Run]
    ) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("tool", "rookery-bench compare")
        writer.member("version", 1)
        writer.member("started", started)
        writer.member("rounds", rounds)
        list("loads", settings.loads.map(\.label), &writer)
        list("servers", settings.servers.map(\.name), &writer)
        writer.member("yardstick", settings.yardstick)
        writer.name("rows")
        writer.beginArray()
        for row in rows { write(row, &writer) }
        writer.endArray()
        writer.name("runs")
        writer.beginArray()
        for run in runs { write(run, &writer) }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    private static func list(_ name: String, _ texts: [String], _ writer: inout JSONWriter) {
        writer.name(name)
        writer.beginArray()
        for text in texts { writer.string(text) }
        writer.endArray()
    }

    private static func write(_ row: Comparison.Row, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("load", row.load)
        writer.member("server", row.server)
        writer.member("metric", row.metric)
        writer.member("unit", row.unit)
        number("median", row.median, &writer)
        number("ratio", row.ratio, &writer)
        number("aa_ratio", row.aaRatio, &writer)
        writer.member("is_decided", row.isDecided)
        writer.name("values")
        writer.beginArray()
        for value in row.values { writer.value(literal(value)) }
        writer.endArray()
        writer.endObject()
    }

    private static func write(_ run: CompareRunner.Run, _ writer: inout JSONWriter) {
        guard case .object(let members) = run.result else { return writer.null() }
        let place = [
            JSONMember(name: Array("load".utf8), value: .string(Array(run.load.utf8))),
            JSONMember(name: Array("round".utf8), value: .number(Array("\(run.round)".utf8))),
        ]
        writer.value(.object(members + place))
    }

    private static func number(_ name: String, _ value: Double?, _ writer: inout JSONWriter) {
        writer.name(name)
        writer.value(value.map(literal) ?? .null)
    }

    /// JSON has no infinity (RFC 8259 §6); no median of ours is one.
    private static func literal(_ value: Double) -> JSONValue {
        value.isFinite ? .number(Array("\(value)".utf8)) : .null
    }
}
