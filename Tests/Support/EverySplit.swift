// The ways in which a peer's bytes can arrive: whole, byte by byte, split at every position.

package enum EverySplit {
    /// Every way to cut `bytes`: whole, one by one, and in two at each position. Long inputs are cut at `mostPositions` spread
    /// evenly, and around each end, so that a suite stays linear. `isCostly` says that each way takes long in a debug build,
    /// 64 KiB in or out: then a dozen positions, and the 16 at each end. Each way is made when it is asked for.
    package static func of(
        _ bytes: [UInt8], mostPositions: Int = 512, isCostly: Bool = false
    ) -> some Sequence<[[UInt8]]> {
        let most = isCostly ? 12 : mostPositions
        let nearEnds = isCostly ? 16 : 40
        var positions = Set(stride(from: 1, to: bytes.count, by: max(1, bytes.count / most)))
        if bytes.count > 1 {
            positions.formUnion(1..<min(bytes.count, nearEnds))
            positions.formUnion(max(1, bytes.count - nearEnds)..<bytes.count)
        }
        var ways: [Way] = [.whole]
        if bytes.count > 1, bytes.count <= 1 << 16 { ways.append(.singly) }
        ways += positions.sorted().map(Way.inTwo)
        return ways.lazy.map { way in
            switch way {
            case .whole: [bytes]
            case .singly: bytes.map { [$0] }
            case .inTwo(let position): [Array(bytes[..<position]), Array(bytes[position...])]
            }
        }
    }

    private enum Way {
        case whole
        case singly
        case inTwo(Int)
    }
}
