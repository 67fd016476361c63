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
    checkEnd(&other.connection, limits)
    guard !input.has(4) else { return 0 }
    var reference = FrameReference(role, limits)
    reference.read(input.bytes)
    demand(listener.transcript == reference.transcript, "as the reference: \(reference.last)")
    if input.has(8) { checkAgain(reference.messages, role, limits, key: UInt32(input.options) &* 0x0101_0301) }
    return 0
}

/// What follows whatever was heard: the time a message may take, our Close, the end of TCP.
private func checkEnd(_ connection: inout WSConnection, _ limits: WSLimits) {
    let isTimed = connection.isMidMessage && connection.closing == .open
    demand(connection.messageDeadline(limits: limits) == nil, "no time runs before somebody looks")
    demand(connection.checkMessageTime(now: 7, limits: limits) == nil, "it runs from the first look")
    let deadline = 7 &+ limits.messageMilliseconds
    demand(connection.messageDeadline(limits: limits) == (isTimed ? deadline : nil), "while a message is half there")
    demand(connection.checkMessageTime(now: deadline, limits: limits) == nil, "just in time")
    let late = connection.checkMessageTime(now: deadline &+ 1, limits: limits)
    demand((late != nil) == isTimed && late?.closeCode ?? .policyViolation == .policyViolation, "too late is 1008")
    demand(late?.description.utf8.count ?? 0 <= 123, "the failure fits into a Close")
    let before = connection.closing
    connection.sentClose()
    let isOurs = before == .open || before == .closeSent
    demand(connection.closing == (isOurs ? .closeSent : .closed), "\(before), then our Close: \(connection.closing)")
    demand(before.awaitsOurClose || isOurs || before == .closed, "one Close is enough")
    connection.sentClose()
    demand((connection.receiveEndOfStream() == nil) == !isOurs, "an end without their Close is 1006")
    demand(connection.closing == .closed && !connection.isMidMessage, "the end of TCP is the end")
    demand(connection.assembled.isEmpty, "nothing is kept")
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
