// Which loop gets the next connection: the one that has the fewest, so that loops stay even (row E10) however connections come and go.

final class Balance {
    private let node: Node
    private var assigned: [Int]

    init(node: Node) {
        self.node = node
        assigned = Array(repeating: 0, count: node.workers)
    }

    /// Only the accepting loop asks; a worker's closed connections come off as it counts them.
    func next() -> UInt16 {
        var best = 0
        var fewest = Int.max
        for worker in assigned.indices {
            let open = assigned[worker] - node.metrics[worker].closedTotal.value
            if open < fewest {
                fewest = open
                best = worker
            }
        }
        assigned[best] += 1
        return UInt16(best)
    }
}
