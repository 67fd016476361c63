// Medians instead of means: one disturbed round among nine changes nothing. Spread is told by quartiles for the same reason.

enum Statistics {
    /// The middle of the values, or the mean of the two middle ones; 0 of none.
    static func median(_ values: [Double]) -> Double { quantile(values, 0.5) }

    /// The distance between the quartiles as a share of the median; 0 of none.
    static func spread(_ values: [Double]) -> Double {
        let middle = median(values)
        guard middle > 0 else { return 0 }
        return (quantile(values, 0.75) - quantile(values, 0.25)) / middle
    }

    /// The value that the share `share` (0…1) of all stays below, between two neighbours as far as the share lies between them.
    static func quantile(_ values: [Double], _ share: Double) -> Double {
        guard !values.isEmpty else { return 0 }
        let sorted = values.sorted()
        let position = share * Double(sorted.count - 1)
        let lower = Int(position.rounded(.down))
        let upper = min(lower + 1, sorted.count - 1)
        return sorted[lower] + (sorted[upper] - sorted[lower]) * (position - Double(lower))
    }
}
