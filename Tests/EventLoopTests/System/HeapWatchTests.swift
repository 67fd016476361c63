import EventLoop
import Testing

@Suite("When the heap is given back")
struct HeapWatchTests {
    /// What a watch says to these numbers of mebibytes, one after another.
    private func answers(_ mebibytes: [Double]) -> [Bool] {
        var watch = HeapWatch()
        return mebibytes.map { watch.isPeakOver(Int($0 * 1_048_576)) }
    }

    @Test("W6 once after each peak, when little of it is left")
    func peaks() {
        #expect(answers([0, 1, 64, 40, 9]) == [false, false, false, false, false])
        #expect(answers([64, 8, 8, 0, 2]) == [false, true, false, false, false])
        #expect(answers([64, 8, 16, 0, 16, 2]) == [false, true, false, true, false, true])
    }

    @Test("small ups and downs are left alone")
    func small() {
        #expect(answers([15.9, 0, 15.9, 0, 15.9, 0]).allSatisfy { !$0 })
    }
}
