// Expected bytes: dnspython 2.9.2 (dns.message), except where a comment says otherwise.
import EventLoop
import Testing

@Suite("Messages of the domain name system: RFC 1035 §4")
struct DNSMessageTests {
    static func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex)
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(String(digits[$0...$0 + 1]), radix: 16)! }
    }

    static let name = DNSName(host: "redis.example")!
    static let a = DNSQuestion(name: name, type: .a)
    static let aaaa = DNSQuestion(name: name, type: .aaaa)

    static let question = "1234 8180 0001".filter { $0 != " " }
    static let twoAddresses =
        "123481800001000200000000057265646973076578616d706c650000010001"
        + "c00c000100010000003c0004c0000201c00c000100010000003c0004c0000202"
    static let aliases =
        "123481800001000300000000057265646973076578616d706c650000010001"
        + "c00c000500010000003c000801610363646ec012c02b000500010000003c00040162c02dc03f00010001000000050004c6336407"
    static let aliasesBackwards =
        "123481800001000300000000057265646973076578616d706c65000001000101620363646ec0120001000100000005"
        + "0004c63364070161c021000500010000003c0002c01fc00c000500010000003c0002c035"
    static let six =
        "beef81800001000100000000057265646973076578616d706c6500001c0001c00c001c00010000003c0010"
        + "20010db8000000000000000000000006"
    static let noSuchName = "123481830001000000000000057265646973076578616d706c650000010001"
    static let serverFailure = "123481820001000000000000057265646973076578616d706c650000010001"
    static let stranger =
        "123481800001000100000000057265646973076578616d706c650000010001056f74686572c012000100010000003c0004cb007142"
    static let circle =
        "123481800001000200000000057265646973076578616d706c650000010001c00c000500010000003c00040161c012"
        + "c02b000500010000003c0002c00c"
    static let capitals =
        "123481800001000100000000055245444953074578616d706c650000010001c00c000100010000003c0004c0000209"
    static let truncated =
        "123483800001000100000000057265646973076578616d706c650000010001c00c000100010000003c0004c0000201"

    private func answer(_ hex: String, to question: DNSQuestion = a, id: UInt16 = 0x1234) -> DNSAnswer? {
        let message = DNSMessageTests.bytes(hex)
        return DNSAnswer(message.span, to: question, id: id)
    }

    @Test("questions for both kinds of address")
    func questions() {
        #expect(
            DNSMessageTests.a.encode(id: 0x1234)
                == DNSMessageTests.bytes("123401000001000000000000057265646973076578616d706c650000010001"))
        #expect(
            DNSMessageTests.aaaa.encode(id: 0xbeef)
                == DNSMessageTests.bytes("beef01000001000000000000057265646973076578616d706c6500001c0001"))
    }

    @Test("addresses are found, through aliases in any order, whatever the case of the name")
    func addresses() {
        let texts = { (hex: String) in self.answer(hex)?.addresses.map(\.description) }
        #expect(texts(DNSMessageTests.twoAddresses) == ["192.0.2.1", "192.0.2.2"])
        #expect(texts(DNSMessageTests.aliases) == ["198.51.100.7"])
        #expect(texts(DNSMessageTests.aliasesBackwards) == ["198.51.100.7"])
        #expect(texts(DNSMessageTests.capitals) == ["192.0.2.9"])
        #expect(texts(DNSMessageTests.truncated) == ["192.0.2.1"])
        #expect(
            answer(DNSMessageTests.six, to: DNSMessageTests.aaaa, id: 0xbeef)?.addresses == [IPAddress("2001:db8::6")!])
    }

    @Test("codes are told apart")
    func codes() {
        #expect(answer(DNSMessageTests.noSuchName)?.outcome == .noSuchName)
        #expect(answer(DNSMessageTests.serverFailure)?.outcome == .refused(code: 2))
        #expect(answer(DNSMessageTests.twoAddresses)?.outcome == .success)
    }

    @Test("an address of another name is not taken, and aliases in a circle end")
    func foreign() {
        #expect(answer(DNSMessageTests.stranger)?.addresses == [])
        #expect(answer(DNSMessageTests.circle)?.addresses == [])
    }

    @Test("what does not answer the question is no answer: RFC 5452 §9")
    func unrelated() {
        #expect(answer(DNSMessageTests.twoAddresses, id: 0x1235) == nil)
        #expect(answer(DNSMessageTests.twoAddresses, to: DNSMessageTests.aaaa) == nil)
        let other = DNSQuestion(name: DNSName(host: "other.example")!, type: .a)
        #expect(answer(DNSMessageTests.twoAddresses, to: other) == nil)
        // The question itself, sent back: QR is not set.
        #expect(answer("123401000001000000000000057265646973076578616d706c650000010001") == nil)
    }

    @Test("X1 no message, however cut or changed, makes the reader trap or run long, or yields another name's address")
    func hostile() {
        var generator = SeededGenerator(seed: 53)
        let messages = [
            DNSMessageTests.twoAddresses, DNSMessageTests.aliases, DNSMessageTests.aliasesBackwards,
            DNSMessageTests.circle,
        ].map(DNSMessageTests.bytes)
        for message in messages {
            for count in 0...message.count {
                let part = Array(message[..<count])
                _ = DNSAnswer(part.span, to: DNSMessageTests.a, id: 0x1234)
            }
            for _ in 0..<20_000 {
                var changed = message
                for _ in 0..<Int.random(in: 1...4, using: &generator) {
                    changed[Int.random(in: 0..<changed.count, using: &generator)] = UInt8.random(
                        in: 0...255, using: &generator)
                }
                _ = DNSAnswer(changed.span, to: DNSMessageTests.a, id: 0x1234)
            }
        }
    }

    @Test(
        "a compression pointer must lead back: RFC 1035 §4.1.4",
        arguments: ["c000", "c001ff", "0161c000ff", "0161c002ff", "80", "40", "05616263", "c0"])
    func pointers(_ hex: String) {
        // From the grammar of §4.1.4: a pointer to itself, forwards, into its own labels in a circle; reserved kinds; cut off.
        let bytes = DNSMessageTests.bytes(hex)
        var offset = 0
        #expect(DNSName(in: bytes.span, at: &offset) == nil)
    }

    @Test("names hold at most 255 bytes, labels at most 63: RFC 1035 §2.3.4")
    func limits() {
        #expect(DNSName(host: String(repeating: "a", count: 63)) != nil)
        #expect(DNSName(host: String(repeating: "a", count: 64)) == nil)
        #expect(DNSName(host: Array(repeating: "abc", count: 63).joined(separator: ".")) != nil)  // 251 + 2 on the wire
        #expect(DNSName(host: Array(repeating: "abc", count: 64).joined(separator: ".")) == nil)
        for text in ["", ".", "a..b", "a b", "a.", ".a", "ä.example", "a/b", "a\0"] {
            #expect(DNSName(host: text) == nil)
        }
        var long = [UInt8](repeating: 0, count: 0)
        for _ in 0..<5 { long += [63] + [UInt8](repeating: 0x61, count: 63) }
        long.append(0)
        var offset = 0
        #expect(DNSName(in: long.span, at: &offset) == nil)
    }
}
