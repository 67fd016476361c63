import Testing
import WSProtocol

@Suite("RFC 6455 §5.3 masking")
struct MaskingTests {
    /// The obvious version: octet i of the payload with octet i modulo 4 of the key.
    private func slow(_ key: UInt32, _ bytes: [UInt8]) -> [UInt8] {
        bytes.enumerated().map { $1 ^ UInt8(truncatingIfNeeded: key >> (8 * UInt32($0 % 4))) }
    }

    @Test("every length and alignment gives what the obvious version gives")
    func oracle() {
        let key: UInt32 = 0x7EFF_8001
        for count in 0...80 {
            for start in 0...9 {
                let payload = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ 7) }
                var bytes = [UInt8](repeating: 0xEE, count: start) + payload + [0xEE, 0xEE]
                var span = bytes.mutableSpan
                Masking.apply(key, to: &span, in: start..<start + count)
                #expect(Array(bytes[start..<start + count]) == slow(key, payload))
                #expect(bytes[..<start].allSatisfy { $0 == 0xEE } && bytes.suffix(2) == [0xEE, 0xEE])
            }
        }
    }

    @Test("a payload cut anywhere goes on with the rotated key")
    func rotation() {
        let key: UInt32 = 0x0403_0201
        let payload = (0..<40).map { UInt8($0) }
        for cut in 0...40 {
            var bytes = payload
            var span = bytes.mutableSpan
            Masking.apply(key, to: &span, in: 0..<cut)
            Masking.apply(Masking.rotated(key, by: cut), to: &span, in: cut..<40)
            #expect(bytes == slow(key, payload))
        }
    }
}
