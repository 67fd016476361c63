// Frames for the yardstick (RFC 6455 §5.2): a header is read for its length, opcode and key, and nothing else is looked at.

import WSProtocol

/// A client's frame that lies whole in the bytes, its mask taken off.
struct LimitFrame {
    var opcode: UInt8
    var payload: Range<Int>

    static let close: UInt8 = 0x8
    static let ping: UInt8 = 0x9
    static let pong: UInt8 = 0xA
    /// Opcodes from here on are those of control frames (§5.5).
    static let firstControl: UInt8 = 0x8

    /// The frame that begins at `start`, unmasked in place; nil while it is not whole.
    static func next(in bytes: inout MutableSpan<UInt8>, from start: Int) -> LimitFrame? {
        let count = bytes.count - start
        guard let (header, headerCount) = FrameHeader.parse(bytes.span.extracting(last: count)),
            header.payloadCount <= UInt64(count - headerCount)
        else { return nil }
        let payload = start + headerCount..<start + headerCount + Int(header.payloadCount)
        if let key = header.maskingKey { Masking.apply(key, to: &bytes, in: payload) }
        return LimitFrame(opcode: header.opcode, payload: payload)
    }

    /// Appends an unmasked, whole text frame of `prefix` and `payload`.
    static func appendText(_ prefix: [UInt8], _ payload: Span<UInt8>, to output: inout [UInt8]) {
        FrameEncoder.appendHeader(.text, payloadCount: prefix.count + payload.count, to: &output)
        if !prefix.isEmpty { output += prefix }
        output.append(lent: payload)
    }
}

extension [UInt8] {
    /// Appends a copy of `bytes` in one block.
    mutating func append(lent bytes: Span<UInt8>) {
        // The buffer is only used inside the closure, while the span is borrowed.
        unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }
}
