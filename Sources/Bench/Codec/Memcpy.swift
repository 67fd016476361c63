// The yardstick under every row: the same bytes copied from one place to another, which is the least anybody can do with
// them. A figure of a row says little on a machine that nobody knows; so many times memcpy says the same on all of them,
// nearly.
import Glibc

enum Memcpy {
    static let name = "memcpy"

    /// Copies `bytes` so many times a pass, each time to the same place, and says that all `itemCount` items were done.
    static func yardstick(_ bytes: [UInt8], times: Int = 1, itemCount: Int) -> Yardstick {
        let target = Scratch([UInt8](repeating: 0, count: bytes.count))
        return Yardstick(name: name) {
            var copy = target.take()
            // Both arrays are this long, and the pointers do not leave the closures.
            unsafe bytes.withUnsafeBytes { from in
                unsafe copy.withUnsafeMutableBytes { to in
                    guard let source = from.baseAddress, let target = to.baseAddress else { return }
                    for _ in 0..<times { _ = unsafe memcpy(target, source, from.count) }
                }
            }
            target.bytes = copy
            return itemCount
        }
    }
}

/// Bytes that are made once and used in every pass.
final class Scratch {
    var bytes: [UInt8]

    init(_ bytes: [UInt8] = []) { self.bytes = bytes }

    /// Hands the bytes over so that they can be changed in place; put them back afterwards.
    func take() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &bytes)
        return taken
    }
}
