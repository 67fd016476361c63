// One load of a comparison, as people write it: `subscribers=1000 rate=100 size=128 duration=5s`. Each word is an option of `fanout`; a
// word alone, such as `deflate`, is one without a value.

struct CompareLoad: Equatable {
    /// For people: `1,000 × 100/s`.
    let label: String
    /// For `fanout`.
    let arguments: [String]

    struct Problem: Error, Equatable, CustomStringConvertible {
        let description: String
    }

    /// What the comparison says itself to `fanout`.
    private static let reserved = ["json", "html", "server-pid", "spawn", "help", "url"]

    /// Paced and saturated, many connections and few.
    static let usual = [
        "subscribers=1000 rate=100", "subscribers=10000 rate=5", "subscribers=1000 window=32",
        "subscribers=10 window=256",
    ]

    init(_ text: String) throws(Problem) {
        let words: [String]
        do throws(CommandWords.Problem) { words = try CommandWords.split(text) } catch {
            throw Problem(description: "--load: \(error)")
        }
        var values: [(name: String, value: String?)] = []
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
            guard !parts[0].isEmpty, parts[0].utf8.first != UInt8(ascii: "-") else {
                throw Problem(description: "--load \(word): expected name=value, for example subscribers=1000")
            }
            guard !CompareLoad.reserved.contains(parts[0]) else {
                throw Problem(description: "--load \(word): \(parts[0]) is not part of a load")
            }
            values.append((parts[0], parts.count > 1 ? parts[1] : nil))
        }
        label = values.first { $0.name == "label" }?.value ?? CompareLoad.label(values)
        arguments = values.filter { $0.name != "label" }.flatMap { ["--\($0.name)"] + ($0.value.map { [$0] } ?? []) }
    }

    /// `paced 1,000 × 100/s`, `saturated 10 × 256`, and behind them whatever else is said.
    private static func label(_ values: [(name: String, value: String?)]) -> String {
        func value(_ name: String) -> String? { values.last { $0.name == name }?.value }
        let subscribers = grouped(value("subscribers") ?? "1000")
        var label =
            if let window = value("window") {
                "saturated \(subscribers) × \(grouped(window)) outstanding"
            } else if values.contains(where: { $0.name == "idle" }) {
                "idle \(subscribers)"
            } else {
                "paced \(subscribers) × \(grouped(value("rate") ?? "100"))/s"
            }
        let said = ["subscribers", "window", "idle", "rate", "duration", "warmup"]
        for (name, value) in values where !said.contains(name) {
            label += ", \(name)" + (value.map { " \($0)" } ?? "")
        }
        return label
    }

    /// 10000 as 10,000.
    private static func grouped(_ digits: String) -> String {
        guard digits.utf8.count > 3, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return digits }
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.utf8.count - index) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return text
    }
}
