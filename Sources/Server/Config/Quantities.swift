// Numbers as people write them in settings: `10s`, `250ms`, `64KiB`, `1MiB`, `4096`.

enum Quantities {
    /// A whole number within `range`.
    static func count(_ text: String, in range: ClosedRange<Int>) throws(SettingProblem) -> Int {
        guard isDigits(text), let value = Int(text), range.contains(value) else {
            throw SettingProblem("a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// Bytes: a whole number, or one with `KiB`, `MiB` or `GiB`.
    static func bytes(_ text: String, in range: ClosedRange<Int>) throws(SettingProblem) -> Int {
        let units = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1), ("", 1)]
        guard let value = scaled(text, units), range.contains(value) else {
            throw SettingProblem("bytes such as 65536, 64KiB or 1MiB, from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// Milliseconds: a whole number with `ms`, `s` or `m`; a bare number is seconds.
    static func milliseconds(_ text: String, in range: ClosedRange<Int>) throws(SettingProblem) -> Int {
        guard let value = scaled(text, [("ms", 1), ("s", 1_000), ("m", 60_000), ("", 1_000)]), range.contains(value)
        else {
            throw SettingProblem("a time such as 10s, 250ms or 2m, from \(range.lowerBound)ms to \(range.upperBound)ms")
        }
        return value
    }

    /// Whole seconds: a number with `s`, `m`, `h` or `d`; a bare number is seconds.
    static func seconds(_ text: String, in range: ClosedRange<Int>) throws(SettingProblem) -> Int {
        guard let value = scaled(text, [("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400), ("", 1)]),
            range.contains(value)
        else {
            throw SettingProblem(
                "whole seconds such as 300s, 10m or 720h, from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    private static func scaled(_ text: String, _ units: [(suffix: String, factor: Int)]) -> Int? {
        for unit in units where text.hasSuffix(unit.suffix) {
            let digits = String(text.dropLast(unit.suffix.count))
            guard isDigits(digits), let number = Int(digits) else { continue }
            let (product, overflow) = number.multipliedReportingOverflow(by: unit.factor)
            return overflow ? nil : product
        }
        return nil
    }

    /// Decimal digits only: `Int(_:)` alone would also take a sign.
    private static func isDigits(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    }
}
