// The Prometheus text of /metrics, read strictly enough to notice when it is broken.

package struct Metrics: Sendable {
    package struct Sample: Sendable, Equatable {
        package var name: String
        package var labels: [String: String]
        package var value: Double
    }

    package var samples: [Sample] = []
    /// The kind said by `# TYPE name kind`.
    package var types: [String: String] = [:]

    package init(_ text: String) throws {
        for line in text.split(separator: "\n") {
            if line.hasPrefix("#") {
                let words = line.split(separator: " ")
                if words.count == 4, words[1] == "TYPE" { types[String(words[2])] = String(words[3]) }
                continue
            }
            guard let sample = Metrics.sample(line) else { throw KitError("not a line of /metrics: \(line)") }
            samples.append(sample)
        }
    }

    /// The sum of all samples of this name whose labels include `labels`; nil when there is none.
    package func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        let matching = samples.filter { sample in
            sample.name == name && labels.allSatisfy { sample.labels[$0.key] == $0.value }
        }
        return matching.isEmpty ? nil : matching.reduce(0) { $0 + $1.value }
    }

    private static func sample(_ line: Substring) -> Sample? {
        guard let space = line.lastIndex(of: " "), let value = Double(line[line.index(after: space)...]) else {
            return nil
        }
        let series = line[..<space]
        guard let brace = series.firstIndex(of: "{") else {
            return Sample(name: String(series), labels: [:], value: value)
        }
        guard series.hasSuffix("}") else { return nil }
        var labels: [String: String] = [:]
        var rest = series[series.index(after: brace)...].dropLast()
        while !rest.isEmpty {
            guard let equals = rest.firstIndex(of: "="), rest[equals...].hasPrefix("=\"") else { return nil }
            let name = rest[..<equals]
            rest = rest[equals...].dropFirst(2)
            var text = ""
            while let next = rest.popFirst(), next != "\"" {
                text.append(next == "\\" ? (rest.popFirst() ?? "\\") : next)
            }
            labels[String(name)] = text
            if rest.first == "," { rest.removeFirst() }
        }
        return Sample(name: String(series[..<brace]), labels: labels, value: value)
    }
}
