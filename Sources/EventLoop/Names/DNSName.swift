// Domain names: labels of 1 to 63 bytes, 255 bytes in all on the wire (RFC 1035 §2.3.4), compared without regard to case.

/// A domain name as labels in lower case.
package struct DNSName: Hashable {
    package let labels: [[UInt8]]

    /// Reads a host name: letters, digits, hyphens and underscores (Docker's names have them). Nil for anything else.
    package init?(host: String) {
        let parts = host.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.allSatisfy({ (1...63).contains($0.count) && $0.allSatisfy(DNSName.isAllowed) }),
            host.utf8.count <= 253
        else { return nil }
        labels = parts.map { $0.map(DNSName.lowercased) }
    }

    /// Reads a name of a message and moves `offset` behind it. RFC 1035 §4.1.4 — a pointer may stand for the rest; each
    /// must lead further back than the one before, so that reading ends. Nil: not a name.
    package init?(in message: Span<UInt8>, at offset: inout Int) {
        var labels: [[UInt8]] = []
        var position = offset
        var length = 1
        var limit = message.count  // what a pointer leads to must lie before
        var hasJumped = false
        while true {
            guard position < message.count else { return nil }
            let first = message[position]
            switch first >> 6 {
            case 0:
                let end = position + 1 + Int(first)
                guard end <= message.count else { return nil }
                if !hasJumped { offset = end }
                if first == 0 {
                    self.labels = labels
                    return
                }
                length += 1 + Int(first)
                guard length <= 255 else { return nil }
                labels.append((position + 1..<end).map { DNSName.lowercased(message[$0]) })
                position = end
            case 3:
                guard position + 1 < message.count else { return nil }
                let target = Int(first & 0x3f) << 8 | Int(message[position + 1])
                if !hasJumped { offset = position + 2 }
                hasJumped = true
                limit = min(limit, position)
                guard target < limit else { return nil }
                limit = target
                position = target
            default:
                return nil  // RFC 1035 §4.1.4 — 01 and 10 are reserved
            }
        }
    }

    /// Appends the name as the wire wants it.
    package func encode(into message: inout [UInt8]) {
        for label in labels {
            message.append(UInt8(label.count))
            message.append(contentsOf: label)
        }
        message.append(0)
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
