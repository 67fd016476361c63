// What every fuzz target does with the input that libFuzzer made: the first three bytes choose options and where the rest is cut, so
// the fuzzer finds bad cuts by itself; the rest goes to the decoder. One input, one quick run: few cuts, few allocations.

struct FuzzCase {
    /// How many bytes of an input are not the decoder's.
    static let headCount = 3

    /// Bits that choose roles and limits; each target says which. The highest one is `isByteByByte`.
    let options: UInt8
    let bytes: [UInt8]
    /// One place inside the bytes, or an end of them.
    let first: Int
    private let second: Int

    init?(_ start: UnsafePointer<UInt8>, _ count: Int) {
        guard count >= FuzzCase.headCount else { return nil }
        options = start[0]
        bytes = [UInt8](UnsafeBufferPointer(start: start + FuzzCase.headCount, count: count - FuzzCase.headCount))
        let cuts = (FuzzCase.position(start[1], bytes.count), FuzzCase.position(start[2], bytes.count))
        first = min(cuts.0, cuts.1)
        second = max(cuts.0, cuts.1)
    }

    func has(_ option: UInt8) -> Bool { options & option != 0 }

    var whole: [Range<Int>] { [0..<bytes.count] }

    /// The same bytes in three pieces, perhaps empty ones, or byte by byte.
    var pieces: [Range<Int>] {
        if has(0x80) && bytes.count <= 64 { return bytes.indices.map { $0..<$0 + 1 } }
        return [0..<first, first..<second, second..<bytes.count]
    }

    /// Every position of a short input, every second, third … one of a longer.
    private static func position(_ choice: UInt8, _ count: Int) -> Int {
        count < 256 ? Int(choice) % (count + 1) : Int(choice) * count / 255
    }
}

/// A property of the decoder: a false one ends the process, libFuzzer keeps the input.
@inline(__always)
func demand(_ condition: Bool, _ message: @autoclosure () -> String) {
    if !condition { fatalError("PROPERTY BROKEN: " + message()) }
}
