// A block of addresses, as in `--trusted-proxy 10.0.0.0/8` (RFC 4632 §3.1). A lone address is the block that holds only it.

/// All addresses that share their first `prefixBits` bits.
package struct CIDR: Hashable, Sendable, CustomStringConvertible {
    private let address: IPAddress
    /// Counted over 128 bits; an IPv4 block has 96 more than it is written with.
    private let prefixBits: Int

    /// Reads `10.0.0.0/8`, `fd00::/8` or a lone address; bits behind the prefix must be zero.
    package init(parsing text: String) throws(AddressError) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(parts[0]) else {
            throw AddressError(text, "an address block looks like 10.0.0.0/8 or fd00::/8")
        }
        let widest = address.isIPv4 ? 32 : 128
        var bits = widest
        if parts.count == 2 {
            guard let written = parseDecimal(parts[1], most: widest) else {
                throw AddressError(text, "the number after / must be between 0 and \(widest)")
            }
            bits = written
        }
        prefixBits = bits + 128 - widest
        self.address = address
        guard CIDR.masked(address, prefixBits) == address else {
            throw AddressError(
                text, "the bits behind the prefix must be zero; \(CIDR.masked(address, prefixBits))/\(bits)?")
        }
    }

    package func contains(_ candidate: IPAddress) -> Bool {
        candidate.isIPv4 == address.isIPv4 && CIDR.masked(candidate, prefixBits) == address
    }

    package var description: String { "\(address)/\(address.isIPv4 ? prefixBits - 96 : prefixBits)" }

    private static func masked(_ address: IPAddress, _ bits: Int) -> IPAddress {
        // A shift by 64 or more gives 0 in Swift, which is what a prefix of 0 or 64 bits needs.
        let high = bits >= 64 ? UInt64.max : ~(UInt64.max >> UInt64(bits))
        let low = bits <= 64 ? 0 : ~(UInt64.max >> UInt64(bits - 64))
        return IPAddress(high: address.high & high, low: address.low & low)
    }
}

/// Decimal digits without sign or leading zero, at most `most`.
func parseDecimal(_ text: some StringProtocol, most: Int) -> Int? {
    let digits = text.utf8
    guard (1...9).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }),
        digits.count == 1 || digits.first != 0x30, let value = Int(text), value <= most
    else { return nil }
    return value
}
