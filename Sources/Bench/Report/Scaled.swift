// Large and small numbers for people: three places and a letter. A table whose figures differ by a factor of a million is
// read by its letters first.

enum Scaled {
    /// `12.3 M`, `850 k`, `97.0 `; the letter stands right before a unit.
    static func text(_ value: Double) -> String {
        for (factor, letter) in [(1e9, "G"), (1e6, "M"), (1e3, "k")] where value >= factor {
            return "\(Decimal.text(value / factor)) \(letter)"
        }
        return "\(Decimal.text(value)) "
    }

    /// Nanoseconds as ns, µs or ms.
    static func time(nanoseconds: Double) -> String {
        if nanoseconds >= 1e6 { return "\(Decimal.text(nanoseconds / 1e6)) ms" }
        if nanoseconds >= 1e3 { return "\(Decimal.text(nanoseconds / 1e3)) µs" }
        return "\(Decimal.text(nanoseconds)) ns"
    }
}
