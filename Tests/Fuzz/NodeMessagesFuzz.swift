// What nodes tell each other, as it comes from Redis, where anybody may have written: read and written again it says the same, in the same bytes
// from then on; a beginning of it is no message.
//
// Options: 1 a control message, else an envelope.

import ChatProtocol

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzNodeMessages(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard let input = FuzzCase(start, count) else { return -1 }
    if input.has(1) {
        check(input) { ControlMessage($0)?.bytes }
        if let message = ControlMessage(input.bytes) { check(message) }
    } else {
        check(input) { Envelope($0)?.bytes }
        if let envelope = Envelope(input.bytes) { check(envelope) }
    }
    return 0
}

/// `again`: the message in these bytes, written anew; nil: there is none.
private func check(_ input: FuzzCase, _ again: ([UInt8]) -> [UInt8]?) {
    guard let written = again(input.bytes) else { return }
    demand(again(written) == written, "written again it is the same: \(written)")
    demand(again(input.bytes + [0]) == nil, "nothing stands behind it")
    // One cut, where the input says: not all of them for each run.
    demand(
        input.first == input.bytes.count || again(Array(input.bytes[..<input.first])) == nil,
        "a beginning is no message")
}

private func check(_ message: ControlMessage) {
    demand(!message.node.isEmpty, "somebody has sent it")
    if case .disconnect(let reason, _) = message.command.action {
        // RFC 6455 §7.4.2.
        demand((3_000...4_999).contains(reason.code), "the code \(reason.code)")
    }
}

private func check(_ envelope: Envelope) {
    guard let again = Envelope(envelope.bytes) else {
        fatalError("PROPERTY BROKEN: an envelope that cannot be read again")
    }
    switch (envelope, again) {
    case (.publication(let one), .publication(let two)):
        demand(one.isJSON == two.isJSON && one.data == two.data && one.offset == two.offset, "the same publication")
        demand(one.info == two.info && one.tags.elementsEqual(two.tags, by: ==), "from the same, with the same tags")
    case (.join(let one), .join(let two)), (.leave(let one), .leave(let two)): demand(one == two, "the same client")
    default: fatalError("PROPERTY BROKEN: an envelope of another kind")
    }
}
