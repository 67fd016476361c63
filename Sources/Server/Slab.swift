// A table of values by number that only grows, and whose values never move: a chunk is added, nothing is copied. It is for the tables that
// every message passes through (connections, channels). As stored properties of a class, arrays there cost a check of exclusive access
// at each touch as soon as one change in place calls into another room: 80 instructions, seven times a message, a third of what a
// message costs. Behind this table's pointers there is none; the bounds are checked.
//
// Who holds on to a value in place must not reach the same value on another way meanwhile: as in C, and as nowhere else in Rookery.
// So changes in place stay short, and nothing that is called from inside of one comes back.

@safe
final class Slab<Element> {
    /// Values of the first chunk; each further one is twice as large as the one before.
    private static var firstCount: Int { 64 }
    private static var chunksMax: Int { 32 }

    /// The first `chunkCount` are allocated.
    private let chunks: UnsafeMutablePointer<UnsafeMutablePointer<Element>>
    private var chunkCount = 0
    /// Values appended, numbered from 0.
    private(set) var count = 0

    init() { unsafe chunks = .allocate(capacity: Slab.chunksMax) }

    deinit {
        for index in 0..<count { unsafe address(of: index).deinitialize(count: 1) }
        for chunk in 0..<chunkCount { unsafe chunks[chunk].deallocate() }
        unsafe chunks.deallocate()
    }

    var indices: Range<Int> { 0..<count }

    /// By address, not lent by a coroutine: that would copy a whole value to read one field of it.
    subscript(index: Int) -> Element {
        @inline(__always) unsafeAddress { unsafe UnsafePointer(checkedAddress(of: index)) }
        @inline(__always) unsafeMutableAddress { unsafe checkedAddress(of: index) }
    }

    /// For the addressors of tables that number their values in another way.
    @inline(__always)
    func checkedAddress(of index: Int) -> UnsafeMutablePointer<Element> {
        precondition(index >= 0 && index < count)
        return unsafe address(of: index)
    }

    /// Adds a value behind the others. Its number is `count` as it was.
    func append(_ element: Element) {
        if Slab.place(of: count).chunk == chunkCount {
            unsafe chunks.advanced(by: chunkCount).initialize(
                to: .allocate(capacity: Slab.firstCount << chunkCount))
            chunkCount += 1
        }
        unsafe address(of: count).initialize(to: element)
        count += 1
    }

    /// Of an initialised value, but in `append`: everybody else has checked the bounds.
    @inline(__always)
    private func address(of index: Int) -> UnsafeMutablePointer<Element> {
        let (chunk, offset) = Slab.place(of: index)
        return unsafe chunks[chunk] + offset
    }

    /// Chunk k begins with number firstCount × (2^k − 1).
    @inline(__always)
    private static func place(of index: Int) -> (chunk: Int, offset: Int) {
        let shifted = index &+ firstCount
        let chunk = (Int.bitWidth &- 1 &- shifted.leadingZeroBitCount) &- firstCount.trailingZeroBitCount
        return (chunk, shifted &- firstCount &<< chunk)
    }
}
