// The ways in which a peer's bytes can arrive: whole, byte by byte, split at every position.

package enum EverySplit {
    /// Every way to cut `bytes`: whole, one by one, and in two at each position. Long inputs are cut at 512 positions spread
    /// evenly, and around each end, so that a suite stays linear.
    package static func of(_ bytes: [UInt8], mostPositions: Int = 512) -> [[[UInt8]]] {
        guard bytes.count > 1 else { return [[bytes]] }
        var ways: [[[UInt8]]] = [[bytes]]
        if bytes.count <= 1 << 16 { ways.append(bytes.map { [$0] }) }
        let step = max(1, bytes.count / mostPositions)
        var positions = Set(stride(from: 1, to: bytes.count, by: step))
        positions.formUnion(1..<min(bytes.count, 40))
        positions.formUnion(max(1, bytes.count - 40)..<bytes.count)
        for position in positions.sorted() {
            ways.append([Array(bytes[..<position]), Array(bytes[position...])])
        }
        return ways
    }
}
