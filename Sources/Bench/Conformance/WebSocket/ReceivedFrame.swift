// A frame of the program under test, read strictly: whatever RFC 6455 forbids its sender is a failure of the case that received it, whichever case
// it is. Written apart from WSProtocol, which may be under test itself.

struct ReceivedFrame: Equatable {
    var isFinal: Bool
    var isCompressed: Bool
    var opcode: UInt8
    var payload: [UInt8]
    /// Four bytes, or none.
    var maskingKey: [UInt8] = []

    var isControl: Bool { opcode >= 8 }

    /// What a frame must be like here.
    struct Rules {
        /// §5.1: frames of a client are masked, those of a server are not.
        var isMasked: Bool
        /// RFC 7692: RSV1 has a meaning.
        var mayCompress: Bool
    }

    /// The first frame of `bytes` and its size; nil: it is not whole yet.
    static func read(_ bytes: [UInt8], _ rules: Rules) throws(CaseStop) -> (frame: ReceivedFrame, byteCount: Int)? {
        guard bytes.count >= 2 else { return nil }
        try checkHead(bytes[0], bytes[1], rules)
        let marker = bytes[1] & 0x7F
        let width = marker == 126 ? 2 : marker == 127 ? 8 : 0
        guard bytes.count >= 2 + width else { return nil }
        var count = UInt64(marker)
        if width > 0 { count = bytes[2..<(2 + width)].reduce(0) { $0 << 8 | UInt64($1) } }
        guard count >> 63 == 0 else {
            throw wrong("a frame of \(count) bytes", "RFC 6455 §5.2: the most significant bit of a length must be 0")
        }
        guard count < PatientSocket.inboxBytesMax else {
            throw wrong("a frame of \(count) bytes", "RFC 6455 §6.2: nothing that long was sent to come back")
        }
        guard width == 0 || count >= (width == 2 ? 126 : 65_536) else {
            throw wrong(
                "the length \(count) in \(width) bytes",
                "RFC 6455 §5.2: the minimal number of bytes must encode the length")
        }
        let start = 2 + width + (rules.isMasked ? 4 : 0)
        let end = start + Int(count)
        guard bytes.count >= end else { return nil }
        var payload = Array(bytes[start..<end])
        let key = rules.isMasked ? Array(bytes[(start - 4)..<start]) : []
        if rules.isMasked {
            for index in payload.indices { payload[index] ^= key[index & 3] }
        }
        let frame = ReceivedFrame(
            isFinal: bytes[0] & 0x80 != 0, isCompressed: bytes[0] & 0x40 != 0, opcode: bytes[0] & 0x0F,
            payload: payload,
            maskingKey: key)
        return (frame, end)
    }

    private static func checkHead(_ first: UInt8, _ second: UInt8, _ rules: Rules) throws(CaseStop) {
        let opcode = first & 0x0F
        let isControl = opcode >= 8
        if (3...7).contains(opcode) || opcode > 10 {
            throw wrong("a frame with opcode \(opcode)", "RFC 6455 §5.2: this opcode is reserved")
        }
        if first & 0x30 != 0 {
            throw wrong(
                "a frame with RSV2 or RSV3", "RFC 6455 §5.2: reserved bits must be 0 unless an extension defines them")
        }
        if first & 0x40 != 0, !rules.mayCompress || isControl || opcode == 0 {
            throw wrong(
                "RSV1 on a frame with opcode \(opcode)",
                rules.mayCompress
                    ? "RFC 7692 §6.1: only the first frame of a data message has RSV1"
                    : "RFC 6455 §5.2: RSV1 must be 0, no extension was agreed on")
        }
        if isControl, first & 0x80 == 0 {
            throw wrong("a fragmented control frame", "RFC 6455 §5.5: control frames must not be fragmented")
        }
        if isControl, second & 0x7F > 125 {
            throw wrong("a control frame of more than 125 bytes", "RFC 6455 §5.5: at most 125 bytes")
        }
        if (second & 0x80 != 0) != rules.isMasked {
            throw wrong(
                rules.isMasked ? "a frame without a mask" : "a masked frame",
                rules.isMasked
                    ? "RFC 6455 §5.1: a client must mask all frames"
                    : "RFC 6455 §5.1: a server must not mask any frames")
        }
    }

    private static func wrong(_ came: String, _ why: String) -> CaseStop {
        .failed(expected: "a frame as RFC 6455 §5.2 wants it", came: came, why: why)
    }
}
