// What `rookery-bench codec` can be told. Every mistake names the argument and what there is instead, and ends the program
// with status 2 before anything is measured.

struct CodecSettings: Equatable {
    /// Names of rows; empty: all.
    var only: [String] = []
    /// For each row, yardsticks included.
    var seconds = 1.0
    var writesJSON = false
    var asksForHelp = false

    /// Why the arguments are wrong, and which.
    struct Problem: Error, Equatable, CustomStringConvertible {
        let description: String
    }

    /// `names`: the rows there are.
    init(_ arguments: [String], names: [String]) throws(Problem) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--help", "-h": asksForHelp = true
            case "--json": writesJSON = true
            case "--seconds": seconds = try CodecSettings.seconds(rest.popFirst())
            case "--only":
                let count = only.count
                while let name = rest.first, !CodecSettings.isOption(name) {
                    guard names.contains(name) else {
                        throw Problem(
                            description: "--only \(name): no such row; there are \(names.joined(separator: " "))")
                    }
                    only.append(name)
                    rest.removeFirst()
                }
                guard only.count > count else {
                    throw Problem(description: "--only: a name is missing; there are \(names.joined(separator: " "))")
                }
            default: throw Problem(description: "\(argument): no such setting")
            }
        }
    }

    private static func isOption(_ text: String) -> Bool { text.utf8.first == UInt8(ascii: "-") }

    private static func seconds(_ text: String?) throws(Problem) -> Double {
        guard let text else { throw Problem(description: "--seconds: a number is missing") }
        guard let value = Double(text), value >= 0.001, value <= 3_600 else {
            throw Problem(description: "--seconds \(text): expected a number of seconds from 0.001 to 3600")
        }
        return value
    }

    static func usage(names: [String]) -> String {
        """
        usage: rookery-bench codec [--only NAME…] [--seconds 1] [--json]

        Measures what every byte and every message passes through: how many items and bytes a second, nanoseconds and allocations an item,
        and how many times as fast as others that do the same on the same bytes in the same run: memcpy, and zlib and hiredis where
        libz.so.1 and libhiredis.so are installed.

          --only NAME…   only these rows
          --seconds N    for each row, yardsticks included; medians of many short rounds
          --json         one JSON object a line instead of a table

        rows: \(names.joined(separator: " "))

        """
    }
}
