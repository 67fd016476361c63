// The negotiation of permessage-deflate (RFC 7692 §5.1, §7.1): what the server answers to an offer, the client that made such an offer
// takes; both agree on the same; an answer of any kind agrees on no more than was offered.
//
// Options: 1 the client judges the bytes as an answer (else the server answers them), 2 windows are limited, 4 contexts are kept, 8 the
// client lets its window be limited, 16 several fields, 32 offers and a policy of ours, chosen by the bytes.

import WSProtocol

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzExtensions(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard let input = FuzzCase(start, count) else { return -1 }
    if input.has(32) {
        agree(input.bytes)
        return 0
    }
    let text = String(decoding: input.bytes, as: UTF8.self)
    let fields = input.has(16) ? text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) : [text]
    if input.has(1) { judge(fields, input) } else { answer(fields, input) }
    return 0
}

private func answer(_ fields: [String], _ input: FuzzCase) {
    guard let elements = ExtensionList.parse(fields) else { return }
    demand(ExtensionList.parse([fields.joined(separator: ",")]) == elements, "one field or several")
    var policy = DeflatePolicy()
    if input.has(2) {
        policy.serverMaxWindowBits = 9
        policy.clientMaxWindowBits = 10
    }
    if input.has(4) {
        policy.serverNoContextTakeover = false
        policy.clientNoContextTakeover = false
    }
    guard let (agreed, answer) = policy.accept(elements) else { return }
    demand((8...15).contains(agreed.serverMaxWindowBits) && (8...15).contains(agreed.clientMaxWindowBits), "windows")
    demand(agreed.serverMaxWindowBits <= policy.serverMaxWindowBits, "no larger window than ours")
    demand(!policy.serverNoContextTakeover || agreed.serverNoContextTakeover, "no context that we do not keep")
    demand(elements.contains { $0.name == PermessageDeflate.name }, "only what was offered")
    demand(ExtensionList.parse([answer])?.count == 1, "one answer: \(answer)")
}

private func judge(_ fields: [String], _ input: FuzzCase) {
    var offer = DeflateOffer()
    offer.serverNoContextTakeover = !input.has(4)
    offer.clientNoContextTakeover = !input.has(4)
    offer.serverMaxWindowBits = input.has(2) ? 10 : nil
    offer.clientWindow = input.has(8) ? .most(11) : .notOffered
    guard let agreed = try? DeflateOffer.judge(fields, to: [offer]) else { return }
    demand(input.has(4) || agreed.serverNoContextTakeover && agreed.clientNoContextTakeover, "no context as offered")
    demand(!input.has(2) || agreed.serverMaxWindowBits <= 10, "the server's window as offered")
    demand((8...15).contains(agreed.serverMaxWindowBits), "a window")
    let own: ClosedRange<UInt8> = input.has(8) ? 8...11 : 15...15
    demand(own.contains(agreed.clientMaxWindowBits), "our window as offered: \(agreed.clientMaxWindowBits)")
}

/// What our client offers our server answers, and both mean the same by it. The first byte is the policy, each of the next three an offer.
private func agree(_ bytes: [UInt8]) {
    guard let first = bytes.first, bytes.count > 1 else { return }
    var policy = DeflatePolicy()
    policy.serverNoContextTakeover = first & 1 != 0
    policy.clientNoContextTakeover = first & 2 != 0
    policy.serverMaxWindowBits = 8 + first >> 2 & 7
    policy.clientMaxWindowBits = 8 + first >> 5
    let offers = bytes[1...].prefix(3).map { byte in
        var offer = DeflateOffer()
        offer.serverNoContextTakeover = byte & 1 != 0
        offer.clientNoContextTakeover = byte & 2 != 0
        if byte & 4 != 0 { offer.serverMaxWindowBits = 8 + byte >> 3 & 7 }
        offer.clientWindow = byte & 0xC0 == 0 ? .notOffered : byte & 0xC0 == 0x40 ? .any : .most(8 + byte >> 3 & 7)
        return offer
    }
    guard let elements = ExtensionList.parse([DeflateOffer.text(of: offers)]), elements.count == offers.count,
        let (agreed, answer) = policy.accept(elements)
    else { fatalError("PROPERTY BROKEN: our server accepts one of \(DeflateOffer.text(of: offers))") }
    if let most = offers[0].serverMaxWindowBits, most < 15 {
        var larger = DeflateOffer()
        larger.serverNoContextTakeover = true
        larger.clientNoContextTakeover = true
        larger.serverMaxWindowBits = most + 1
        larger.clientWindow = .notOffered
        let judged = try? DeflateOffer.judge([DeflateOffer.text(of: [larger])], to: [offers[0]])
        demand(judged == nil, "no larger window than offered")
    }
    do throws(DeflateRefusal) {
        let judged = try DeflateOffer.judge([answer], to: offers)
        demand(judged?.serverMaxWindowBits == agreed.serverMaxWindowBits, "one window of the server: \(answer)")
        demand(
            judged?.serverNoContextTakeover == agreed.serverNoContextTakeover, "one context of the server: \(answer)")
        // The client may keep itself within less than the server knows.
        demand(judged?.clientMaxWindowBits ?? 16 <= agreed.clientMaxWindowBits, "our window is not larger: \(answer)")
        demand(
            judged?.clientNoContextTakeover ?? false || !agreed.clientNoContextTakeover, "nor the context: \(answer)")
    } catch {
        fatalError("PROPERTY BROKEN: our client takes our server's \(answer): \(error.reason)")
    }
}
