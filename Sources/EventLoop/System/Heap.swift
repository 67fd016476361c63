// The heap as the kernel sees it. The C library keeps what is freed for later use; after a peak that is memory which the machine's other
// programs miss, and which looks like a leak to whoever watches the process.

package enum Heap {
    /// Gives free pages back to the kernel. Walks the whole heap: for after a peak, not for every turn.
    package static func giveBack() { _ = kernelTrimHeap(0) }
}

/// When it is worth it: something that was large has become small.
package struct HeapWatch {
    /// Below it a peak is left alone.
    package static let peakBytesMin = 16 << 20
    /// What the peak must have shrunk to.
    private static let shrunkTo = 8

    private var peak = 0

    package init() {}

    /// Hears how many bytes are in use now. True, once after each peak, when free memory should be given back.
    package mutating func isPeakOver(_ bytes: Int) -> Bool {
        if bytes > peak { peak = bytes }
        guard peak >= HeapWatch.peakBytesMin, bytes <= peak / HeapWatch.shrunkTo else { return false }
        peak = bytes
        return true
    }
}
