// The compression functions of SHA-256 (FIPS 180-4 §6.2) and of SHA-384 and SHA-512 (§6.4): one function over words of 32 or 64 bits. They
// differ in the distances of their rotations and in the number of rounds; constants and beginnings of the narrow one are the upper halves
// of the wide one's. `SHA2` is what others use.

/// A word of one of the functions, and what is its own.
protocol SHA2Word: FixedWidthInteger & UnsignedInteger & Sendable {
    /// 64, or 80.
    static var roundCount: Int { get }
    /// Σ0, Σ1, σ0 and σ1 of the standard (§4.1.2, §4.1.3).
    var bigSigma0: Self { get }
    var bigSigma1: Self { get }
    var smallSigma0: Self { get }
    var smallSigma1: Self { get }
}

extension UInt32: SHA2Word {
    static var roundCount: Int { 64 }
    var bigSigma0: UInt32 { rotated(2) ^ rotated(13) ^ rotated(22) }
    var bigSigma1: UInt32 { rotated(6) ^ rotated(11) ^ rotated(25) }
    var smallSigma0: UInt32 { rotated(7) ^ rotated(18) ^ self >> 3 }
    var smallSigma1: UInt32 { rotated(17) ^ rotated(19) ^ self >> 10 }
    private func rotated(_ count: UInt32) -> UInt32 { self &>> count | self &<< (32 &- count) }
}

extension UInt64: SHA2Word {
    static var roundCount: Int { 80 }
    var bigSigma0: UInt64 { rotated(28) ^ rotated(34) ^ rotated(39) }
    var bigSigma1: UInt64 { rotated(14) ^ rotated(18) ^ rotated(41) }
    var smallSigma0: UInt64 { rotated(1) ^ rotated(8) ^ self >> 7 }
    var smallSigma1: UInt64 { rotated(19) ^ rotated(61) ^ self >> 6 }
    private func rotated(_ count: UInt64) -> UInt64 { self &>> count | self &<< (64 &- count) }
}

struct SHA2State<Word: SHA2Word>: HashState {
    static var blockByteCount: Int { 16 * wordByteCount }
    static var lengthByteCount: Int { 2 * wordByteCount }
    private static var wordByteCount: Int { Word.bitWidth / 8 }

    /// H0 to H7 of the standard.
    private(set) var words: InlineArray<8, Word>

    /// SHA-256 (§5.3.3) and SHA-512 (§5.3.5).
    static var full: SHA2State {
        SHA2State(beginning: [
            0x6A09_E667_F3BC_C908, 0xBB67_AE85_84CA_A73B, 0x3C6E_F372_FE94_F82B, 0xA54F_F53A_5F1D_36F1,
            0x510E_527F_ADE6_82D1, 0x9B05_688C_2B3E_6C1F, 0x1F83_D9AB_FB41_BD6B, 0x5BE0_CD19_137E_2179,
        ])
    }
    /// SHA-384 (§5.3.4), over words of 64 bits.
    static var sha384: SHA2State {
        SHA2State(beginning: [
            0xCBBB_9D5D_C105_9ED8, 0x629A_292A_367C_D507, 0x9159_015A_3070_DD17, 0x152F_ECD8_F70E_5939,
            0x6733_2667_FFC0_0B31, 0x8EB4_4A87_6858_1511, 0xDB0C_2E0D_64F9_8FA7, 0x47B5_481D_BEFA_4FA4,
        ])
    }

    private init(beginning: InlineArray<8, UInt64>) {
        words = InlineArray { SHA2State.upper(beginning[$0]) }
    }

    /// The first bytes of the words.
    func digest(_ count: Int) -> [UInt8] {
        [UInt8](capacity: count) { output in
            for index in 0..<count {
                let (word, place) = index.quotientAndRemainder(dividingBy: SHA2State.wordByteCount)
                let shift = Word.bitWidth - 8 - 8 * place
                output.append(UInt8(truncatingIfNeeded: words[word] >> Word(shift)))
            }
        }
    }

    /// As many of the upper bits as a word has.
    @inline(__always)
    fileprivate static func upper(_ number: UInt64) -> Word {
        Word(truncatingIfNeeded: number &>> UInt64(64 &- Word.bitWidth))
    }

    /// The block that begins at `start`.
    mutating func compress(_ bytes: Span<UInt8>, at start: Int) {
        compress(
            InlineArray { t in
                var word: Word = 0
                for place in 0..<SHA2State.wordByteCount {
                    word = word &<< 8 | Word(bytes[start &+ SHA2State.wordByteCount &* t &+ place])
                }
                return word
            })
    }

    /// The same for the sixteen words of one block. Eight rounds a call: after eight the words bear their names again, so nothing is
    /// moved. Long on purpose: it is the table of the standard (§4.2.2, §4.2.3).
    mutating func compress(_ block: InlineArray<16, Word>) {
        var rounds = SHA2Rounds(words, block)
        rounds.eight(
            0,
            [
                0x428A_2F98_D728_AE22, 0x7137_4491_23EF_65CD, 0xB5C0_FBCF_EC4D_3B2F, 0xE9B5_DBA5_8189_DBBC,
                0x3956_C25B_F348_B538, 0x59F1_11F1_B605_D019, 0x923F_82A4_AF19_4F9B, 0xAB1C_5ED5_DA6D_8118,
            ])
        rounds.eight(
            8,
            [
                0xD807_AA98_A303_0242, 0x1283_5B01_4570_6FBE, 0x2431_85BE_4EE4_B28C, 0x550C_7DC3_D5FF_B4E2,
                0x72BE_5D74_F27B_896F, 0x80DE_B1FE_3B16_96B1, 0x9BDC_06A7_25C7_1235, 0xC19B_F174_CF69_2694,
            ])
        rounds.eight(
            16,
            [
                0xE49B_69C1_9EF1_4AD2, 0xEFBE_4786_384F_25E3, 0x0FC1_9DC6_8B8C_D5B5, 0x240C_A1CC_77AC_9C65,
                0x2DE9_2C6F_592B_0275, 0x4A74_84AA_6EA6_E483, 0x5CB0_A9DC_BD41_FBD4, 0x76F9_88DA_8311_53B5,
            ])
        rounds.eight(
            24,
            [
                0x983E_5152_EE66_DFAB, 0xA831_C66D_2DB4_3210, 0xB003_27C8_98FB_213F, 0xBF59_7FC7_BEEF_0EE4,
                0xC6E0_0BF3_3DA8_8FC2, 0xD5A7_9147_930A_A725, 0x06CA_6351_E003_826F, 0x1429_2967_0A0E_6E70,
            ])
        rounds.eight(
            32,
            [
                0x27B7_0A85_46D2_2FFC, 0x2E1B_2138_5C26_C926, 0x4D2C_6DFC_5AC4_2AED, 0x5338_0D13_9D95_B3DF,
                0x650A_7354_8BAF_63DE, 0x766A_0ABB_3C77_B2A8, 0x81C2_C92E_47ED_AEE6, 0x9272_2C85_1482_353B,
            ])
        rounds.eight(
            40,
            [
                0xA2BF_E8A1_4CF1_0364, 0xA81A_664B_BC42_3001, 0xC24B_8B70_D0F8_9791, 0xC76C_51A3_0654_BE30,
                0xD192_E819_D6EF_5218, 0xD699_0624_5565_A910, 0xF40E_3585_5771_202A, 0x106A_A070_32BB_D1B8,
            ])
        rounds.eight(
            48,
            [
                0x19A4_C116_B8D2_D0C8, 0x1E37_6C08_5141_AB53, 0x2748_774C_DF8E_EB99, 0x34B0_BCB5_E19B_48A8,
                0x391C_0CB3_C5C9_5A63, 0x4ED8_AA4A_E341_8ACB, 0x5B9C_CA4F_7763_E373, 0x682E_6FF3_D6B2_B8A3,
            ])
        rounds.eight(
            56,
            [
                0x748F_82EE_5DEF_B2FC, 0x78A5_636F_4317_2F60, 0x84C8_7814_A1F0_AB72, 0x8CC7_0208_1A64_39EC,
                0x90BE_FFFA_2363_1E28, 0xA450_6CEB_DE82_BDE9, 0xBEF9_A3F7_B2C6_7915, 0xC671_78F2_E372_532B,
            ])
        if Word.roundCount > 64 {
            rounds.eight(
                64,
                [
                    0xCA27_3ECE_EA26_619C, 0xD186_B8C7_21C0_C207, 0xEADA_7DD6_CDE0_EB1E, 0xF57D_4F7F_EE6E_D178,
                    0x06F0_67AA_7217_6FBA, 0x0A63_7DC5_A2C8_98A6, 0x113F_9804_BEF9_0DAE, 0x1B71_0B35_131C_471B,
                ])
            rounds.eight(
                72,
                [
                    0x28DB_77F5_2304_7D84, 0x32CA_AB7B_40C7_2493, 0x3C9E_BE0A_15C9_BEBC, 0x431D_67C4_9C10_0D4C,
                    0x4CC5_D4BE_CB3E_42B6, 0x597F_299C_FC65_7E2A, 0x5FCB_6FAB_3AD6_FAEC, 0x6C44_198C_4A47_5817,
                ])
        }
        for index in 0..<8 { words[index] &+= rounds.words[index] }
    }
}

/// The working variables of one block.
private struct SHA2Rounds<Word: SHA2Word> {
    private var a, b, c, d, e, f, g, h: Word
    /// The message schedule, of which only the last sixteen words are kept.
    private var schedule: InlineArray<16, Word>

    @inline(__always)
    init(_ words: InlineArray<8, Word>, _ block: InlineArray<16, Word>) {
        (a, b, c, d) = (words[0], words[1], words[2], words[3])
        (e, f, g, h) = (words[4], words[5], words[6], words[7])
        schedule = block
    }

    var words: InlineArray<8, Word> {
        @inline(__always) get { [a, b, c, d, e, f, g, h] }
    }

    /// Eight rounds, from round `t` on, with their constants.
    @inline(__always)
    mutating func eight(_ t: Int, _ k: InlineArray<8, UInt64>) {
        SHA2Rounds.round(a, b, c, &d, e, f, g, &h, input(t, k[0]))
        SHA2Rounds.round(h, a, b, &c, d, e, f, &g, input(t + 1, k[1]))
        SHA2Rounds.round(g, h, a, &b, c, d, e, &f, input(t + 2, k[2]))
        SHA2Rounds.round(f, g, h, &a, b, c, d, &e, input(t + 3, k[3]))
        SHA2Rounds.round(e, f, g, &h, a, b, c, &d, input(t + 4, k[4]))
        SHA2Rounds.round(d, e, f, &g, h, a, b, &c, input(t + 5, k[5]))
        SHA2Rounds.round(c, d, e, &f, g, h, a, &b, input(t + 6, k[6]))
        SHA2Rounds.round(b, c, d, &e, f, g, h, &a, input(t + 7, k[7]))
    }

    /// One round: T1 goes to d, T1 + T2 to h, which is the next round's a.
    @inline(__always)
    private static func round(
        _ a: Word, _ b: Word, _ c: Word, _ d: inout Word, _ e: Word, _ f: Word, _ g: Word, _ h: inout Word,
        _ input: Word
    ) {
        let first = h &+ e.bigSigma1 &+ (g ^ e & (f ^ g)) &+ input
        d = d &+ first
        h = first &+ a.bigSigma0 &+ (a & b | c & (a | b))
    }

    /// K(t) + W(t).
    @inline(__always)
    private mutating func input(_ t: Int, _ constant: UInt64) -> Word {
        if t >= 16 {
            let (early, late) = (schedule[(t - 15) & 15], schedule[(t - 2) & 15])
            schedule[t & 15] = late.smallSigma1 &+ schedule[(t - 7) & 15] &+ early.smallSigma0 &+ schedule[t & 15]
        }
        return schedule[t & 15] &+ SHA2State.upper(constant)
    }
}
