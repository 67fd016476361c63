// Frames without an extension, both roles: the same events for every cut, exactly those of a plain reference, and what was heard is
// heard again when our encoder says it.
//
// Options: 1 the client's role (frames come unmasked), 2 small limits, 4 our Close is sent before, 8 encode again.

import WSProtocol

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzFrames(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard let input = FuzzCase(start, count) else { return -1 }
    var limits = WSLimits()
    if input.has(2) {
        limits.messageBytesMax = 20
        limits.fragmentCountMax = 4
    }
    let role: Role = input.has(1) ? .client : .server
    var listener = FrameListener(WSConnection(role: role), limits, sendsCloseFirst: input.has(4))
    listener.hear(input.bytes, input.whole)
    var other = FrameListener(WSConnection(role: role), limits, sendsCloseFirst: input.has(4))
    other.hear(input.bytes, input.pieces)
    demand(listener.transcript == other.transcript, "any cut gives the same")
    demand(listener.connection.closing == other.connection.closing, "any cut ends the same")
    demand(listener.connection.isMidMessage == other.connection.isMidMessage, "any cut leaves the same behind")
    guard !input.has(4) else { return 0 }
    var reference = FrameReference(role, limits)
    reference.read(input.bytes)
    demand(listener.transcript == reference.transcript, "as the reference: \(reference.last)")
    if input.has(8) { checkAgain(reference.messages, role, limits, key: UInt32(input.options) &* 0x0101_0301) }
    return 0
}

/// Says the same messages with our encoder, from the other end.
private func checkAgain(_ messages: [FrameReference.Message], _ role: Role, _ limits: WSLimits, key: UInt32) {
    var wire: [UInt8] = []
    var expected = Transcript()
    for message in messages {
        guard let opcode = Opcode(rawValue: message.opcode), opcode != .close else { continue }
        if role == .server {
            FrameEncoder.appendMasked(opcode, payload: message.payload.span, maskingKey: key, to: &wire)
        } else {
            FrameEncoder.append(opcode, payload: message.payload.span, to: &wire)
        }
        expected.add(message.opcode)
        expected.add(message.payload)
    }
    var listener = FrameListener(WSConnection(role: role), limits)
    listener.hear(wire, [0..<wire.count])
    demand(listener.transcript == expected, "what our encoder says is heard")
}
