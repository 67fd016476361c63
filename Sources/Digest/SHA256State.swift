// The compression function of SHA-256 (FIPS 180-4 §4.1.2, §6.2). `SHA2` is what others use.

struct SHA256State: HashState {
    static let blockByteCount = 64
    static let lengthByteCount = 8
    /// H0 to H7 of the standard.
    private(set) var words: InlineArray<8, UInt32>

    /// FIPS 180-4 §5.3.3.
    static let sha256 = SHA256State(words: [
        0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A,
        0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19,
    ])

    /// FIPS 180-4 §6.2.2 for the block that begins at `start`.
    mutating func compress(_ bytes: Span<UInt8>, at start: Int) {
        var w = InlineArray<16, UInt32>(repeating: 0)
        for t in 0..<16 {
            var word: UInt32 = 0
            for place in 0..<4 { word = word << 8 | UInt32(bytes[start &+ 4 &* t &+ place]) }
            w[t] = word
        }
        compress(w)
    }

    /// The same for the sixteen words of one block. Eight rounds a call: after eight the words bear their names again, so nothing is
    /// moved. Long on purpose: it is the table of the standard (§4.2.2).
    mutating func compress(_ block: InlineArray<16, UInt32>) {
        var w = block
        var (a, b, c, d) = (words[0], words[1], words[2], words[3])
        var (e, f, g, h) = (words[4], words[5], words[6], words[7])
        SHA256State.eight(
            &a, &b, &c, &d, &e, &f, &g, &h, &w, 0,
            [
                0x428A_2F98, 0x7137_4491, 0xB5C0_FBCF, 0xE9B5_DBA5, 0x3956_C25B, 0x59F1_11F1, 0x923F_82A4, 0xAB1C_5ED5,
            ])
        SHA256State.eight(
            &a, &b, &c, &d, &e, &f, &g, &h, &w, 8,
            [
                0xD807_AA98, 0x1283_5B01, 0x2431_85BE, 0x550C_7DC3, 0x72BE_5D74, 0x80DE_B1FE, 0x9BDC_06A7, 0xC19B_F174,
            ])
        SHA256State.eight(
            &a, &b, &c, &d, &e, &f, &g, &h, &w, 16,
            [
                0xE49B_69C1, 0xEFBE_4786, 0x0FC1_9DC6, 0x240C_A1CC, 0x2DE9_2C6F, 0x4A74_84AA, 0x5CB0_A9DC, 0x76F9_88DA,
            ])
        SHA256State.eight(
            &a, &b, &c, &d, &e, &f, &g, &h, &w, 24,
            [
                0x983E_5152, 0xA831_C66D, 0xB003_27C8, 0xBF59_7FC7, 0xC6E0_0BF3, 0xD5A7_9147, 0x06CA_6351, 0x1429_2967,
            ])
        SHA256State.eight(
            &a, &b, &c, &d, &e, &f, &g, &h, &w, 32,
            [
                0x27B7_0A85, 0x2E1B_2138, 0x4D2C_6DFC, 0x5338_0D13, 0x650A_7354, 0x766A_0ABB, 0x81C2_C92E, 0x9272_2C85,
            ])
        SHA256State.eight(
            &a, &b, &c, &d, &e, &f, &g, &h, &w, 40,
            [
                0xA2BF_E8A1, 0xA81A_664B, 0xC24B_8B70, 0xC76C_51A3, 0xD192_E819, 0xD699_0624, 0xF40E_3585, 0x106A_A070,
            ])
        SHA256State.eight(
            &a, &b, &c, &d, &e, &f, &g, &h, &w, 48,
            [
                0x19A4_C116, 0x1E37_6C08, 0x2748_774C, 0x34B0_BCB5, 0x391C_0CB3, 0x4ED8_AA4A, 0x5B9C_CA4F, 0x682E_6FF3,
            ])
        SHA256State.eight(
            &a, &b, &c, &d, &e, &f, &g, &h, &w, 56,
            [
                0x748F_82EE, 0x78A5_636F, 0x84C8_7814, 0x8CC7_0208, 0x90BE_FFFA, 0xA450_6CEB, 0xBEF9_A3F7, 0xC671_78F2,
            ])
        words[0] &+= a
        words[1] &+= b
        words[2] &+= c
        words[3] &+= d
        words[4] &+= e
        words[5] &+= f
        words[6] &+= g
        words[7] &+= h
    }

    /// Eight rounds, from round `t` on, with their constants.
    @inline(__always)
    private static func eight(
        _ a: inout UInt32, _ b: inout UInt32, _ c: inout UInt32, _ d: inout UInt32, _ e: inout UInt32,
        _ f: inout UInt32, _ g: inout UInt32, _ h: inout UInt32, _ w: inout InlineArray<16, UInt32>, _ t: Int,
        _ k: InlineArray<8, UInt32>
    ) {
        round(a, b, c, &d, e, f, g, &h, k[0] &+ word(&w, t))
        round(h, a, b, &c, d, e, f, &g, k[1] &+ word(&w, t + 1))
        round(g, h, a, &b, c, d, e, &f, k[2] &+ word(&w, t + 2))
        round(f, g, h, &a, b, c, d, &e, k[3] &+ word(&w, t + 3))
        round(e, f, g, &h, a, b, c, &d, k[4] &+ word(&w, t + 4))
        round(d, e, f, &g, h, a, b, &c, k[5] &+ word(&w, t + 5))
        round(c, d, e, &f, g, h, a, &b, k[6] &+ word(&w, t + 6))
        round(b, c, d, &e, f, g, h, &a, k[7] &+ word(&w, t + 7))
    }

    /// One round: T1 goes to d, T1 + T2 to h, which is the next round's a.
    @inline(__always)
    private static func round(
        _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32, _ e: UInt32, _ f: UInt32, _ g: UInt32,
        _ h: inout UInt32, _ input: UInt32
    ) {
        let sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
        let first = h &+ sum1 &+ (g ^ e & (f ^ g)) &+ input
        let sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
        d = d &+ first
        h = first &+ sum0 &+ (a & b | c & (a | b))
    }

    /// The word W(t) of the message schedule, of which only the last sixteen are kept.
    @inline(__always)
    private static func word(_ w: inout InlineArray<16, UInt32>, _ t: Int) -> UInt32 {
        guard t >= 16 else { return w[t] }
        let (early, late) = (w[(t - 15) & 15], w[(t - 2) & 15])
        let sigma0 = rotate(early, 7) ^ rotate(early, 18) ^ early >> 3
        let sigma1 = rotate(late, 17) ^ rotate(late, 19) ^ late >> 10
        let word = sigma1 &+ w[(t - 7) & 15] &+ sigma0 &+ w[t & 15]
        w[t & 15] = word
        return word
    }

    @inline(__always)
    private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 &- count) }
}
