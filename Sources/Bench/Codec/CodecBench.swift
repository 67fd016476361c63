// One row of the table of `rookery-bench codec`: a hot file, one pass over its work, what it is compared with, and what it must
// reach. A pass is a few microseconds to a millisecond of work on bytes made beforehand, so that calling it costs nothing.

/// What a row measures and how to do it once.
struct CodecBench {
    /// What `--only` calls it.
    let name: String
    /// One line for people.
    let summary: String
    /// The file whose speed it is, below `Sources`.
    let hotFile: String
    /// Items in one pass.
    let itemCount: Int
    /// Bytes of all items of one pass, as they come from or go to the wire.
    let byteCount: Int
    /// Does one pass and returns how many items came out right: always `itemCount`, else the code is broken and its speed
    /// means nothing.
    let pass: () -> Int
    var yardsticks: [Yardstick] = []
    var target: SpeedTarget?
    /// Allocations a pass may make, all its items together; nil: nothing is promised.
    var allocationsMost: Int?
}

/// Something else that does the same work on the same bytes, in the same run.
struct Yardstick {
    let name: String
    /// Does one pass like the bench's, and returns how many items came out right; nil when it is not installed here.
    let pass: (() -> Int)?
}

/// The least a row must reach.
enum SpeedTarget: Equatable {
    case itemsPerSecond(Double)
    case bytesPerSecond(Double)
    /// So many times the speed of the yardstick of this name.
    case ratio(to: String, Double)

    /// Whether the row reaches it; nil when the yardstick is not there.
    func isReached(by measurement: Measurement) -> Bool? {
        switch self {
        case .itemsPerSecond(let least): measurement.itemsPerSecond >= least
        case .bytesPerSecond(let least): measurement.bytesPerSecond >= least
        case .ratio(let name, let least): measurement.ratio(to: name).map { $0 >= least }
        }
    }

    var text: String {
        switch self {
        case .itemsPerSecond(let least): "≥ \(Scaled.text(least))/s"
        case .bytesPerSecond(let least): "≥ \(Scaled.text(least))B/s"
        case .ratio(let name, let least): "≥ \(least) of \(name)"
        }
    }
}
