// The shape of a result, as a table: what the report reads from it, and of which kind. Members that the table does not name are let
// through; what was not measured is null. So a wrong file is told by its place and not by an empty chart.

import JSON

/// What a value must be. Null is right everywhere but for a required member.
indirect enum ResultShape: Sendable {
    case number, text, boolean
    case list(ResultShape)
    /// A list of exactly so many numbers.
    case numbers(count: Int)
    /// An object: the members that have a shape, and those that must be there.
    case record([String: ResultShape], required: [String])

    /// One run, as `rookery-bench fanout` writes it.
    static let run = ResultShape.record(
        [
            "tool": .text, "version": .number, "started": .number, "name": .text, "load": .text, "round": .number,
            "settings": .record(["urls": .list(.text)], required: []),
            "connections": .record(
                ["opened": .number, "failed": .number, "per_second": .number, "server_cpu_microseconds_each": .number],
                required: []),
            "deliveries": .record(
                [
                    "published": .number, "expected": .number, "received": .number, "reach": .number, "lost": .number,
                    "duplicated": .number, "reordered": .number, "corrupt": .number, "stray": .number,
                    "per_second": .number,
                    "per_server_cpu_second": .number, "server_cpu_microseconds_each": .number,
                ], required: []),
            "latency_milliseconds": .record(
                [
                    "p50": .number, "p90": .number, "p99": .number, "p999": .number, "max": .number,
                    "histogram": .list(.numbers(count: 2)),
                ], required: []),
            "server": .record(["bytes_per_connection": .number], required: []),
            "generator": .record(["cpu_share": .number, "is_saturated": .boolean], required: []),
            "timeline": .list(
                .record(
                    [
                        "seconds": .number, "deliveries": .number, "p50": .number, "p99": .number,
                        "server_cpu": .number,
                        "server_memory_kib": .number, "generator_cpu": .number,
                    ], required: ["seconds"])),
            "warnings": .list(.text),
        ], required: ["settings"])

    /// Several servers under several loads, as `rookery-bench compare` writes it.
    static let comparison = ResultShape.record(
        [
            "tool": .text, "version": .number, "started": .number, "rounds": .number, "yardstick": .text,
            "loads": .list(.text), "servers": .list(.text), "runs": .list(run),
            "rows": .list(
                .record(
                    [
                        "load": .text, "server": .text, "metric": .text, "unit": .text, "median": .number,
                        "ratio": .number, "aa_ratio": .number, "is_decided": .boolean, "values": .list(.number),
                    ], required: ["load", "server", "metric"])),
        ], required: ["rows"])

    /// What a program did in each case, as `rookery-bench conformance` writes it.
    static let conformance = ResultShape.record(
        [
            "tool": .text, "version": .number, "started": .number, "name": .text, "target": .text, "protocol": .text,
            "role": .text, "strict": .boolean, "status": .number, "summary_line": .text,
            "summary": .record(
                [
                    "passed": .number, "failed_must": .number, "failed_should": .number, "failed_may": .number,
                    "skipped": .number, "could_not_test": .number, "passed_again": .number,
                ], required: []),
            "cases": .list(
                .record(
                    [
                        "id": .text, "section": .text, "level": .text, "sentence": .text, "outcome": .text,
                        "again": .boolean, "milliseconds": .number, "note": .text, "reason": .text, "expected": .text,
                        "came": .text, "why": .text, "sent": .text, "received": .text,
                    ], required: ["id", "section", "level", "sentence", "outcome"])),
        ], required: ["cases"])

    /// What is wrong with `value`, and where in it; nil when nothing is.
    func problem(in value: JSONValue, at place: String) -> String? {
        switch (self, value) {
        case (_, .null), (.text, .string), (.boolean, .boolean): return nil
        case (.number, .number):
            return value.double == nil ? "\(place): a number beyond all that can be drawn" : nil
        case (.list(let shape), .array(let elements)):
            return firstProblem(elements) { shape.problem(in: $0, at: "\(place)[\($1)]") }
        case (.numbers(let count), .array(let elements)):
            guard elements.count == count, elements.allSatisfy({ $0.double != nil }) else { break }
            return nil
        case (.record(let members, let required), .object):
            for name in required where value[name] == nil || value[name] == .null {
                return place.isEmpty ? "the member \(name) is missing" : "\(place): the member \(name) is missing"
            }
            for (name, shape) in members.sorted(by: { $0.key < $1.key }) {
                guard let member = value[name] else { continue }
                let inside = place.isEmpty ? name : "\(place).\(name)"
                if let problem = shape.problem(in: member, at: inside) { return problem }
            }
            return nil
        case (.number, _), (.text, _), (.boolean, _), (.list, _), (.record, _): break
        case (.numbers, _): break
        }
        return "\(place): \(kind(of: value)) where \(self) should stand"
    }

    private func firstProblem(_ elements: [JSONValue], _ problem: (JSONValue, Int) -> String?) -> String? {
        for (index, element) in elements.enumerated() {
            if let found = problem(element, index) { return found }
        }
        return nil
    }

    private func kind(of value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .boolean: "a boolean"
        case .number: "a number"
        case .string: "a text"
        case .array(let elements): "a list of \(elements.count)"
        case .object: "an object"
        }
    }
}

extension ResultShape: CustomStringConvertible {
    var description: String {
        switch self {
        case .number: "a number"
        case .text: "a text"
        case .boolean: "true or false"
        case .list: "a list"
        case .numbers(let count): "a list of \(count) numbers"
        case .record: "an object"
        }
    }
}
