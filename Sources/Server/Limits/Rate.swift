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
}
