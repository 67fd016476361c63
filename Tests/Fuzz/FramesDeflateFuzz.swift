// Frames with permessage-deflate (RFC 7692), both roles: the same events for every cut, those of a plain reference, with and without
// context takeover; and what our deflater says over several messages is heard as it was.
//
// Options: 1 the client's role, 2 small limits, 4 context takeover, 8 a window of 256 bytes, 16 our own messages, 32 a scratch,
// 64 no limit for a short input.

import Deflate
import WSProtocol

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzFramesDeflate(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard let input = FuzzCase(start, count) else { return -1 }
    var limits = WSLimits()
    limits.messageBytesMax = input.has(2) ? 40 : 4096
    if input.has(2) { limits.fragmentCountMax = 4 }
    if input.has(64) && input.bytes.count <= 48 { limits.messageBytesMax = .max }
    if input.has(16) {
        checkOurs(input, limits)
        return 0
    }
    var listener = FrameListener(connection(input), limits)
    listener.scratch = input.has(32) ? scratch : nil
    listener.hear(input.bytes, input.whole)
    var other = FrameListener(connection(input), limits)
    other.hear(input.bytes, input.pieces)
    demand(listener.transcript == other.transcript, "any cut gives the same")
    demand(listener.connection.closing == other.connection.closing, "any cut ends the same")
    demand(listener.connection.isMidMessage == other.connection.isMidMessage, "any cut leaves the same behind")
    var reference = FrameReference(
        input.has(1) ? .client : .server, limits, .init(takesOver: input.has(4), windowBits: input.has(8) ? 8 : 15))
    reference.read(input.bytes)
    demand(listener.transcript == reference.transcript, "as the reference: \(reference.last)")
    return 0
}

private nonisolated(unsafe) let scratch = InflateScratch()
private nonisolated(unsafe) let smallDeflater = Deflater(level: .default, windowBits: 8)
private nonisolated(unsafe) let largeDeflater = Deflater(level: DeflateLevel(1), windowBits: 15)

private func connection(_ input: FuzzCase) -> WSConnection {
    let bits: UInt8 = input.has(8) ? 8 : 15
    let agreed = PermessageDeflate(
        serverNoContextTakeover: !input.has(4), clientNoContextTakeover: !input.has(4), serverMaxWindowBits: bits,
        clientMaxWindowBits: bits)
    return WSConnection(role: input.has(1) ? .client : .server, deflate: agreed)
}

/// Three messages out of the input, the last like the first, said by the other end with our deflater.
private func checkOurs(_ input: FuzzCase, _ limits: WSLimits) {
    let bits: UInt8 = input.has(8) ? 8 : 15
    var deflater = MessageDeflater(
        input.has(8) ? smallDeflater : largeDeflater, windowBits: bits, takesOver: input.has(4))
    var wire: [UInt8] = []
    var expected = Transcript()
    for part in [0..<input.first, 0..<input.bytes.count, 0..<input.first] {
        let message = Array(input.bytes[part].prefix(limits.messageBytesMax))
        var packed: [UInt8] = []
        let isCompressed = deflater.deflate(message.span, into: &packed)
        let payload = isCompressed ? packed : message
        if input.has(1) {
            FrameEncoder.append(.binary, isCompressed: isCompressed, payload: payload.span, to: &wire)
        } else {
            FrameEncoder.appendMasked(
                .binary, isCompressed: isCompressed, payload: payload.span, maskingKey: 0x1234_5678, to: &wire)
        }
        expected.add(Opcode.binary.rawValue)
        expected.add(message)
    }
    var listener = FrameListener(connection(input), limits)
    listener.scratch = input.has(32) ? scratch : nil
    listener.hear(wire, [0..<wire.count / 2, wire.count / 2..<wire.count])
    demand(listener.transcript == expected, "what our deflater says is heard")
}
