// A rate as settings have it.

extension Rate {
    /// Reads a rate; nil is `off`, or 0. `areBytes`: the numbers may have units.
    static func parse(_ text: String, areBytes: Bool) throws(SettingProblem) -> Rate? {
        if text == "off" || text == "0" { return nil }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let rate = parts[0].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard rate.count == 2, let period = Period(rawValue: String(rate[1])),
            let count = number(rate[0], areBytes), let burst = parts.count == 2 ? number(parts[1], areBytes) : count
        else {
            throw SettingProblem(
                areBytes
                    ? "off, or a rate such as 64KiB/s or 64KiB/s:1MiB" : "off, or a rate such as 20/s, 600/m or 20/s:60"
            )
        }
        return Rate(count: count, period, burst: burst)
    }

    private static func number(_ text: Substring, _ areBytes: Bool) -> Int? {
        let text = String(text)
        let range = 1...countMax
        return areBytes ? try? Quantities.bytes(text, in: range) : try? Quantities.count(text, in: range)
    }
}
