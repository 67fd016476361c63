// Random bytes of the kernel for keys, nonces and ids; a small seeded generator where only spreading is wanted.
import Glibc

package enum Random {
    /// `count` bytes of getrandom(2), fit for keys.
    package static func bytes(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = unsafe bytes.withUnsafeMutableBytes { room in
                unsafe kernelRandom(room.baseAddress! + filled, count - filled, 0)
            }
            if got > 0 {
                filled += got
            } else if errno != EINTR {
                fatalError("\(SystemError.last("read random bytes"))")
            }
        }
        return bytes
    }

    /// 64 bits of getrandom(2).
    package static func word() -> UInt64 {
        bytes(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): fast, even, seeded, and not secret. For jitter and for replays in tests.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
