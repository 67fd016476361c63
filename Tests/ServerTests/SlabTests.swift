import Testing

@testable import Server

@Suite("A table that only grows")
struct SlabTests {
    final class Counted {
        nonisolated(unsafe) static var alive = 0
        let number: Int
        init(_ number: Int) {
            self.number = number
            Counted.alive += 1
        }
        deinit { Counted.alive -= 1 }
    }

    @Test("values keep their numbers over every border of its chunks, can be changed in place, and go with it")
    func values() {
        do {
            let slab = Slab<(Counted, [Int])>()
            for number in 0..<10_000 {
                #expect(slab.count == number)
                slab.append((Counted(number), [number]))
            }
            for number in slab.indices { slab[number].1.append(-number) }
            #expect(slab.indices.allSatisfy { slab[$0].0.number == $0 && slab[$0].1 == [$0, -$0] })
            #expect(Counted.alive == 10_000)
            slab[63] = (Counted(1), [])
            #expect(Counted.alive == 10_000 && slab[62].1 == [62, -62] && slab[63].1 == [] && slab[64].1 == [64, -64])
        }
        #expect(Counted.alive == 0)
    }

    @Test("a value stays where it is while others come")
    func places() {
        let slab = Slab<Int>()
        slab.append(7)
        let before = address(&slab[0])
        for number in 0..<5_000 { slab.append(number) }
        #expect(address(&slab[0]) == before && slab[0] == 7)
    }

    private func address(_ value: inout Int) -> UInt {
        withUnsafeMutablePointer(to: &value) { UInt(bitPattern: $0) }
    }

    @Test("a number that was never given stops the process, in a release as well")
    func bounds() async {
        await #expect(processExitsWith: .failure) {
            let slab = Slab<Int>()
            slab.append(1)
            _ = slab[1]
        }
        await #expect(processExitsWith: .failure) {
            let slab = Slab<Int>()
            slab.append(1)
            slab[-1] = 3
        }
    }
}
