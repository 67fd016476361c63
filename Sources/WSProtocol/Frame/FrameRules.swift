// What a received frame header may say (RFC 6455 §5.1–§5.5). Each check runs as soon as its bytes are there, always in this order, so
// that the result does not depend on how the bytes were cut.

enum FrameRules {
    /// Checks the first byte alone: nothing of a frame that cannot be right is waited for. `isInsideMessage`: a fragmented message has
    /// begun and not ended.
    ///
    /// `allowsCompression`: permessage-deflate is agreed on. Then RSV1 may be set on the first frame of a message, and only there (RFC
    /// 7692 §6, faults W5).
    static func check(first: UInt8, isInsideMessage: Bool, allowsCompression: Bool = false) -> WSFailure? {
        let reserved = first >> 4 & 0x7
        let allowedReservedBits = allowsCompression && isDataStart(first) ? rsv1 : 0
        // §5.2 — RSV bits are 0 unless an extension defines them.
        guard reserved & ~allowedReservedBits == 0 else { return WSFailure(.reservedBits, value: UInt64(reserved)) }
        // §5.2 — an unknown opcode fails the connection.
        guard let opcode = Opcode(rawValue: first & 0xF) else {
            return WSFailure(.reservedOpcode, value: UInt64(first & 0xF))
        }
        if opcode.isControl {
            // §5.5 — control frames are never fragmented.
            return first & 0x80 == 0 ? WSFailure(.fragmentedControl, value: UInt64(opcode.rawValue)) : nil
        }
        // §5.4 — a continuation only inside a fragmented message, a new message only outside.
        if opcode == .continuation {
            return isInsideMessage ? nil : WSFailure(.continuationWithoutStart)
        }
        return isInsideMessage ? WSFailure(.startInsideMessage, value: UInt64(opcode.rawValue)) : nil
    }

    /// Checks the second byte, behind a first one that was right.
    static func check(second: UInt8, first: UInt8, role: Role) -> WSFailure? {
        // §5.1 — a server closes on an unmasked frame, a client on a masked one.
        let isMasked = second & 0x80 != 0
        if role == .server && !isMasked { return WSFailure(.maskMissing) }
        if role == .client && isMasked { return WSFailure(.maskUnexpected) }
        guard let opcode = Opcode(rawValue: first & 0xF), opcode.isControl else { return nil }
        // §5.5 — control frames: at most 125 bytes.
        if second & 0x7F > 125 { return WSFailure(.controlTooLong, limit: 125) }
        // §5.5.1 — a Close is empty or begins with two bytes of code.
        return opcode == .close && second & 0x7F == 1 ? WSFailure(.closePayloadOfOneByte) : nil
    }

    /// RSV1 as `FrameHeader.reservedBits` has it.
    static let rsv1: UInt8 = 0x4

    private static func isDataStart(_ first: UInt8) -> Bool {
        first & 0xF == Opcode.text.rawValue || first & 0xF == Opcode.binary.rawValue
    }

    /// Checks the length before it is converted or anything is kept for it. `left` is what the message limit still allows.
    static func check(length: UInt64, secondByte: UInt8, left: Int, limit: Int) -> WSFailure? {
        switch secondByte & 0x7F {
        case 127:
            // §5.2 — the most significant bit must be 0.
            if length >> 63 != 0 { return WSFailure(.lengthTopBit) }
            if length < 0x1_0000 { return WSFailure(.lengthNotShortest, value: length) }
        case 126:
            // §5.2 — the minimal number of bytes must be used.
            if length < 126 { return WSFailure(.lengthNotShortest, value: length) }
        default: break
        }
        guard length <= UInt64(max(0, left)) else {
            return WSFailure(.messageTooBig, value: length, limit: UInt64(max(0, limit)))
        }
        return nil
    }
}
