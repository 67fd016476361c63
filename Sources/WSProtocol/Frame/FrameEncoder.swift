// Writes frames (RFC 6455 §5.2), always with the shortest length. A server's frames are unmasked, so one encoded frame serves
// every connection; a client masks each frame with a fresh key that the caller draws at random (§5.3).

/// Appends frames to an array.
package enum FrameEncoder {
    /// Appends an unmasked frame. `isFinal: false` begins or continues a fragmented message. `isCompressed`: the first frame of a
    /// message whose payload `MessageDeflater` made (RSV1, RFC 7692 §6).
    package static func append(
        _ opcode: Opcode, isFinal: Bool = true, isCompressed: Bool = false, payload: Span<UInt8>,
        to output: inout [UInt8]
    ) {
        output.append(addingCapacity: headerBytesMax + payload.count) { output in
            appendHeader(
                opcode, isFinal: isFinal, isCompressed: isCompressed, payloadCount: payload.count, maskBit: 0,
                to: &output)
            output.append(copying: payload)
        }
    }

    /// Appends an unmasked frame for each of `places`: its payload is `beginning`, then what stands there in `bytes`. Many small frames at
    /// once cost half of what they cost one by one.
    package static func append(
        _ opcode: Opcode, payloads places: Span<Range<Int>>, of bytes: Span<UInt8>, behind beginning: Span<UInt8>,
        to output: inout [UInt8]
    ) {
        var room = 0
        for index in places.indices { room += headerBytesMax + beginning.count + places[index].count }
        output.append(addingCapacity: room) { output in
            for index in places.indices {
                let payload = bytes.extracting(places[index])
                appendHeader(
                    opcode, isFinal: true, isCompressed: false, payloadCount: beginning.count + payload.count,
                    maskBit: 0, to: &output)
                output.append(copying: beginning)
                output.append(copying: payload)
            }
        }
    }

    /// Appends the header of an unmasked frame; the caller appends `payloadCount` bytes after it, in as many pieces as it likes.
    package static func appendHeader(
        _ opcode: Opcode, isFinal: Bool = true, payloadCount: Int, to output: inout [UInt8]
    ) {
        output.append(addingCapacity: headerBytesMax) { output in
            appendHeader(
                opcode, isFinal: isFinal, isCompressed: false, payloadCount: payloadCount, maskBit: 0, to: &output)
        }
    }

    /// Appends a masked frame, as a client sends it. `maskingKey`: four random bytes, the first lowest.
    package static func appendMasked(
        _ opcode: Opcode, isFinal: Bool = true, isCompressed: Bool = false, payload: Span<UInt8>, maskingKey: UInt32,
        to output: inout [UInt8]
    ) {
        output.append(addingCapacity: headerBytesMax + payload.count) { output in
            appendHeader(
                opcode, isFinal: isFinal, isCompressed: isCompressed, payloadCount: payload.count, maskBit: 0x80,
                to: &output)
            for shift in stride(from: UInt32(0), to: 32, by: 8) {
                output.append(UInt8(truncatingIfNeeded: maskingKey >> shift))
            }
            output.append(copying: payload)
        }
        let start = output.count - payload.count
        let range = start..<output.count
        var bytes = output.mutableSpan
        Masking.apply(maskingKey, to: &bytes, in: range)
    }

    /// Appends an unmasked Close frame: without a code an empty one (a reason needs a code, RFC 6455 §5.5.1). A reason over 123
    /// bytes is cut before the scalar that does not fit.
    package static func appendClose(_ code: CloseCode?, reason: String = "", to output: inout [UInt8]) {
        append(.close, payload: closePayload(code, reason: reason).span, to: &output)
    }

    /// Appends a masked Close frame.
    package static func appendMaskedClose(
        _ code: CloseCode?, reason: String = "", maskingKey: UInt32, to output: inout [UInt8]
    ) {
        appendMasked(.close, payload: closePayload(code, reason: reason).span, maskingKey: maskingKey, to: &output)
    }

    /// RFC 6455 §5.5.1 — two bytes of code, then UTF-8.
    private static func closePayload(_ code: CloseCode?, reason: String) -> [UInt8] {
        guard let code else { return [] }
        precondition(code.mayBeSent, "this close code never travels in a Close frame")
        var payload = [UInt8(code.rawValue >> 8), UInt8(code.rawValue & 0xFF)]
        for scalar in reason.unicodeScalars {
            let bytes = UTF8.encode(scalar)
            // RFC 6455 §5.5 — control payload ≤ 125.
            guard let bytes, payload.count + bytes.count <= 125 else { break }
            payload.append(contentsOf: bytes)
        }
        return payload
    }

    /// RFC 6455 §5.2 — two bytes, eight of length, four of the masking key.
    private static let headerBytesMax = 14

    @inline(__always)
    private static func appendHeader(
        _ opcode: Opcode, isFinal: Bool, isCompressed: Bool, payloadCount: Int, maskBit: UInt8,
        to output: inout OutputSpan<UInt8>
    ) {
        precondition(!opcode.isControl || (isFinal && payloadCount <= 125), "a control frame is short and whole")
        precondition(
            !isCompressed || opcode == .text || opcode == .binary, "RSV1 stands on the first frame of a message")
        output.append((isFinal ? 0x80 : 0) | (isCompressed ? 0x40 : 0) | opcode.rawValue)
        switch payloadCount {
        case ..<126:
            output.append(maskBit | UInt8(truncatingIfNeeded: payloadCount))
        case ..<0x1_0000:
            output.append(maskBit | 126)
            output.append(UInt8(truncatingIfNeeded: payloadCount >> 8))
            output.append(UInt8(truncatingIfNeeded: payloadCount))
        default:
            output.append(maskBit | 127)
            for shift in stride(from: 56, through: 0, by: -8) {
                output.append(UInt8(truncatingIfNeeded: payloadCount >> shift))
            }
        }
    }
}
