import EventLoop
import Testing

@Suite("Random numbers")
struct RandomTests {
    @Test("the kernel's bytes differ from call to call")
    func kernel() {
        #expect(Random.bytes(0).isEmpty)
        #expect(Random.bytes(16).count == 16)
        #expect(Random.bytes(16) != Random.bytes(16))
        #expect(Random.word() != Random.word())
        #expect(Random.bytes(70_000).count == 70_000)  // more than one call of getrandom may give
    }

    @Test("the seeded generator repeats itself; the first numbers are those of SplitMix64")
    func seeded() {
        // Reference: the C of Vigna's splitmix64.c with state 1234567.
        var generator = SeededGenerator(seed: 1_234_567)
        #expect(generator.next() == 6_457_827_717_110_365_317)
        #expect(generator.next() == 3_203_168_211_198_807_973)
    }
}
