// How often something may happen: so many in a period, and so many at once. Written 20/s, 600/m, 20/s:60 or 64KiB/s:1MiB; what stands behind the
// colon may come at once, without it as many as in a period.

struct Rate: Equatable, Sendable {
    /// In one period.
    let count: Int
    let period: Period
    /// How many may come at once after a silence; at least one.
    let burst: Int

    enum Period: String, CaseIterable, Sendable {
        case second = "s"
        case minute = "m"
        case hour = "h"

        var nanoseconds: Double {
            switch self {
            case .second: 1e9
            case .minute: 60e9
            case .hour: 3_600e9
            }
        }
    }

    init(count: Int, _ period: Period = .second, burst: Int? = nil) {
        self.count = count
        self.period = period
        self.burst = burst ?? count
    }

    var perNanosecond: Double { Double(count) / period.nanoseconds }

    /// How large the numbers may be; a bucket's arithmetic is exact far beyond.
    static let countMax = 1 << 40

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
