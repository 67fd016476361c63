// Parts of targets and fields: percent-decoding, queries, Host, Origin, IP literals, X-Forwarded-For. Each is compared with a plain
// reading of its section written here, or read again from what it says of itself.
//
// Options: the low three bits choose the reader, 8 a "+" for a space, 16 and 32 whom X-Forwarded-For trusts.

import WSProtocol

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzURL(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard let input = FuzzCase(start, count) else { return -1 }
    switch input.options & 7 {
    case 0: checkPercent(input.bytes, plusIsSpace: input.has(8))
    case 1: checkQuery(String(decoding: input.bytes, as: UTF8.self))
    case 2: checkAuthority(String(decoding: input.bytes, as: UTF8.self))
    case 3: checkOrigin(String(decoding: input.bytes, as: UTF8.self))
    case 4: checkIPv4(input.bytes)
    case 5: checkIPv6(input.bytes)
    case 6: checkForwarded(input)
    default: return -1
    }
    return 0
}

private let hexadecimal = Array("0123456789abcdef".utf8)

private func percentEncoded(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    bytes.flatMap { [UInt8(ascii: "%"), hexadecimal[Int($0 >> 4)], hexadecimal[Int($0 & 15)]] }
}

/// RFC 3986 §2.1, by index.
private func checkPercent(_ raw: [UInt8], plusIsSpace: Bool) {
    var expected: [UInt8]? = []
    var index = 0
    while index < raw.count, expected != nil {
        if raw[index] == UInt8(ascii: "%") {
            let digits = raw[min(index + 1, raw.count)..<min(index + 3, raw.count)]
            let isNumber = digits.count == 2 && digits.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
            if isNumber, let byte = UInt8(String(decoding: digits, as: UTF8.self), radix: 16) {
                expected?.append(byte)
                index += 3
            } else {
                expected = nil
            }
        } else {
            expected?.append(plusIsSpace && raw[index] == UInt8(ascii: "+") ? 0x20 : raw[index])
            index += 1
        }
    }
    let decoded = PercentDecoding.bytes(raw, plusIsSpace: plusIsSpace)
    demand(decoded == expected, "decoded as §2.1 says")
    demand(PercentDecoding.bytes(percentEncoded(raw)) == raw, "encoded and decoded is the same")
    let text = try? PercentDecoding.text(raw, plusIsSpace: plusIsSpace)
    demand(
        text.map { Array($0.utf8) } == expected.flatMap { String(validating: $0, as: UTF8.self) == nil ? nil : $0 },
        "text is UTF-8 or refused")
}

private func checkQuery(_ raw: String) {
    guard let items = try? QueryItems(raw) else {
        demand(raw.utf8.contains(UInt8(ascii: "%")), "only an escape can be wrong")
        return
    }
    let parts = raw.utf8.split(separator: UInt8(ascii: "&"))
    demand(items.all.count == parts.count, "one item for each part that is not empty")
    var again: [UInt8] = []
    for item in items.all {
        again += percentEncoded(item.name.utf8) + [UInt8(ascii: "=")] + percentEncoded(item.value.utf8)
        again.append(UInt8(ascii: "&"))
    }
    let second = try? QueryItems(String(decoding: again, as: UTF8.self))
    demand(second?.all.count == items.all.count, "as many when encoded again")
    for (one, other) in zip(items.all, second?.all ?? []) {
        demand(
            one.name.utf8.elementsEqual(other.name.utf8) && one.value.utf8.elementsEqual(other.value.utf8), "the same")
    }
    for item in items.all.prefix(4) {
        let values = items.values(of: item.name)
        let value = try? items.value(of: item.name)
        demand((value == nil) == (values.count > 1), "a name that comes twice has no one value")
    }
}

private func checkAuthority(_ text: String) {
    guard let authority = Authority(text) else { return }
    let host = authority.host
    demand(
        !host.isEmpty && host.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !(0x41...0x5A).contains($0) }, "a clean host")
    for byte in "/?#@\\\"<>% ,".utf8 { demand(!host.utf8.contains(byte), "nothing that ends a host is in it") }
    demand(authority.port.map { (1...65_535).contains($0) } ?? true, "a port")
    demand(Authority(host + (authority.port.map { ":\($0)" } ?? "")) == authority, "what it says means the same")
    demand(Authority(text.uppercased()) == authority, "case does not matter")
    demand(text.utf8.count == host.utf8.count || authority.port != nil, "nothing is left out")
}

private func checkOrigin(_ text: String) {
    guard let origin = Origin(text) else { return }
    demand(Origin(origin.description) == origin, "what it says means the same")
    guard case .tuple(let scheme, let host, let port) = origin else {
        demand(text == "null", "only null is opaque")
        if let authority = Authority("null") { demand(!origin.isSameHost(as: authority), "it is at home nowhere") }
        return
    }
    demand((0...65_535).contains(port), "a port")
    guard let authority = Authority(port == 0 ? host : "\(host):\(port)") else {
        fatalError("PROPERTY BROKEN: the host of an origin is one: \(host)")
    }
    demand(origin.isSameHost(as: authority) || port == 0, "an origin is at home on its own host")
    demand(text.lowercased().hasPrefix(scheme + "://" + host), "scheme and host are those of the text")
}

private func checkIPv4(_ text: [UInt8]) {
    let parts = String(decoding: text, as: UTF8.self).split(separator: ".", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { part in UInt64(part).flatMap { "\($0)" == part && $0 < 256 ? $0 : nil } }
    let expected = parts.count == 4 && numbers.count == 4 ? numbers.reduce(0) { $0 << 8 | $1 } : nil
    let literal = IPLiteral(text)
    guard let expected else {
        demand(literal == nil || text.contains(UInt8(ascii: ":")), "no address")
        return
    }
    demand(literal?.isIPv4 == true && literal?.low == 0xFFFF_0000_0000 | expected, "four numbers")
    demand(IPLiteral([UInt8(ascii: "0")] + text) == nil, "some read a leading zero as octal")
    demand(literal?.isLoopback == (expected >> 24 == 127), "127.0.0.0/8")
}

private func checkIPv6(_ text: [UInt8]) {
    guard let literal = IPLiteral(text) else { return }
    var words: [UInt64] = []
    for half in [literal.high, literal.low] {
        for shift: UInt64 in [48, 32, 16, 0] { words.append(half >> shift & 0xFFFF) }
    }
    let full = words.map { String($0, radix: 16) }.joined(separator: ":")
    demand(IPLiteral(Array(full.utf8)) == literal, "all eight groups mean the same: \(full)")
    demand(IPLiteral(Array(full.uppercased().utf8)) == literal, "case does not matter")
    if text.contains(UInt8(ascii: ":")) {
        let authority = Authority("[" + String(decoding: text, as: UTF8.self) + "]")
        demand(authority?.address == literal, "the same in brackets")
    }
}

private func checkForwarded(_ input: FuzzCase) {
    let text = String(decoding: input.bytes, as: UTF8.self)
    let isTrusted: (String) -> Bool = { address in
        input.has(16) || address == "peer" || input.has(32) && address.hasPrefix("1")
    }
    let client = ForwardedFor.client(peer: "peer", values: [text], isTrusted: isTrusted)
    let several = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    demand(ForwardedFor.client(peer: "peer", values: several, isTrusted: isTrusted) == client, "one field or many")
    demand(client == "peer" || IPLiteral(Array(client.utf8)) != nil, "an address: \(client)")
    demand(ForwardedFor.client(peer: "peer", values: [text]) { _ in false } == "peer", "nobody is trusted unasked")
    let spoofed = ForwardedFor.client(peer: "peer", values: ["6.6.6.6", text], isTrusted: isTrusted)
    demand(spoofed == client || isTrusted(client), "what stands left of a stranger counts for nothing")
}
