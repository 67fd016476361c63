// Questions and answers of the domain name system, as far as addresses of hosts need them (RFC 1035 §4, RFC 3596 for AAAA).
// Not a byte of an answer is trusted: every length is checked against what came, and names cannot lead in circles.

/// What is asked for.
package enum DNSRecordType: UInt16 {
    case a = 1, cname = 5, aaaa = 28
}

/// One question.
package struct DNSQuestion: Hashable {
    package let name: DNSName
    package let type: DNSRecordType

    package init(name: DNSName, type: DNSRecordType) {
        self.name = name
        self.type = type
    }

    /// The message that asks it, with recursion desired. 12 bytes of header, at most 255 + 4 of question.
    package func encode(id: UInt16) -> [UInt8] {
        var message: [UInt8] = [UInt8(id >> 8), UInt8(id & 0xff), 0x01, 0, 0, 1, 0, 0, 0, 0, 0, 0]
        name.encode(into: &message)
        message += [0, UInt8(type.rawValue), 0, 1]  // class IN
        return message
    }
}

/// What a server said to one question.
package struct DNSAnswer: Hashable {
    package enum Outcome: Hashable {
        case success
        /// RCODE 3: there is no such name, whatever the type.
        case noSuchName
        /// Any other code: this server cannot or will not answer.
        case refused(code: UInt8)
    }

    package let outcome: Outcome
    /// The addresses the asked name leads to. A truncated answer (TC) counts with the records that came whole.
    package let addresses: [IPAddress]

    /// Reads the answer to `question`; nil when `message` is none: another id, another question, or not a DNS message.
    package init?(_ message: Span<UInt8>, to question: DNSQuestion, id: UInt16) {
        guard message.count >= 12, DNSAnswer.number(message, 0) == id else { return nil }
        let flags = DNSAnswer.number(message, 2)
        // QR set, opcode 0, one question: ours.
        guard flags & 0xf800 == 0x8000, DNSAnswer.number(message, 4) == 1 else { return nil }
        var offset = 12
        guard let asked = DNSName(in: message, at: &offset), asked == question.name, offset + 4 <= message.count,
            DNSAnswer.number(message, offset) == question.type.rawValue, DNSAnswer.number(message, offset + 2) == 1
        else { return nil }
        offset += 4
        switch UInt8(flags & 0xf) {
        case 0:
            outcome = .success
            let count = Int(DNSAnswer.number(message, 6))
            addresses = DNSAnswer.addresses(message, offset, count, question)
        case 3:
            outcome = .noSuchName
            addresses = []
        case let code:
            outcome = .refused(code: code)
            addresses = []
        }
    }

    /// Walks the records and follows the aliases from the asked name. What is cut off or malformed ends the walk.
    private static func addresses(
        _ message: Span<UInt8>, _ start: Int, _ count: Int, _ question: DNSQuestion
    ) -> [IPAddress] {
        var aliases: [DNSName: DNSName] = [:]
        var found: [(name: DNSName, address: IPAddress)] = []
        var offset = start
        for _ in 0..<count {
            guard let owner = DNSName(in: message, at: &offset), offset + 10 <= message.count else { break }
            let type = number(message, offset)
            let isInternet = number(message, offset + 2) == 1
            let data = offset + 10
            let end = data + Int(number(message, offset + 8))
            guard end <= message.count else { break }
            offset = end
            guard isInternet else { continue }
            if type == DNSRecordType.cname.rawValue {
                var position = data
                guard let target = DNSName(in: message, at: &position), position == end else { break }
                aliases[owner] = target
            } else if type == question.type.rawValue, let address = address(message, data, end - data, question.type) {
                found.append((owner, address))
            }
        }
        var names: Set<DNSName> = [question.name]
        var name = question.name
        // A circle of aliases ends here: each name is visited once.
        while let next = aliases[name], names.insert(next).inserted { name = next }
        return found.filter { names.contains($0.name) }.map(\.address)
    }

    private static func address(
        _ message: Span<UInt8>, _ offset: Int, _ length: Int, _ type: DNSRecordType
    ) -> IPAddress? {
        switch type {
        case .a where length == 4:
            return IPAddress(ipv4: UInt32(truncatingIfNeeded: wide(message, offset, 4)))
        case .aaaa where length == 16:
            return IPAddress(high: wide(message, offset, 8), low: wide(message, offset + 8, 8))
        case .a, .aaaa, .cname:
            return nil
        }
    }

    private static func wide(_ message: Span<UInt8>, _ offset: Int, _ count: Int) -> UInt64 {
        var value: UInt64 = 0
        for index in offset..<offset + count { value = value << 8 | UInt64(message[index]) }
        return value
    }

    private static func number(_ message: Span<UInt8>, _ offset: Int) -> UInt16 {
        UInt16(message[offset]) << 8 | UInt16(message[offset + 1])
    }
}
