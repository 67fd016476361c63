// What came out of a decoder, as a number: two ways of feeding the same bytes must give the same. Comparing numbers instead of lists
// of events keeps a run free of allocations; replay a finding with a breakpoint at `demand` to see the events themselves.

struct Transcript: Equatable {
    private var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    private(set) var count = 0

    mutating func add(_ word: some BinaryInteger) {
        digest = (digest ^ UInt64(truncatingIfNeeded: word)) &* 0x9E37_79B9_7F4A_7C15
        digest ^= digest >> 29
        count += 1
    }

    mutating func add(_ bytes: Span<UInt8>) {
        add(bytes.count)
        for index in bytes.indices { digest = (digest ^ UInt64(bytes[index])) &* 0x100_0000_01B3 }
    }

    mutating func add(_ bytes: [UInt8]) { add(bytes.span) }

    mutating func add(_ text: String) { add(text.utf8.span) }

    /// What kind of thing follows.
    mutating func add(type: Unicode.Scalar) { add(type.value) }

    mutating func add(_ type: Unicode.Scalar, _ bytes: [UInt8]) {
        add(type: type)
        add(bytes)
    }
}
