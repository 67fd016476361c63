// Frames written by hand (RFC 6455 §5.2): right ones and wrong ones alike. Written apart from WSProtocol, whose encoder cannot write wrong ones and may be
// under test itself.

struct HandFrame: Sendable {
    /// How the payload's length is written.
    enum Length: Sendable {
        /// In as few bytes as it takes.
        case shortest
        /// In 16 or 64 bits, whatever it is.
        case in16, in64
        /// Another length than that of the payload, in 64 bits.
        case declared(UInt64)
    }

    enum Opcode {
        static let continuation: UInt8 = 0
        static let text: UInt8 = 1
        static let binary: UInt8 = 2
        static let close: UInt8 = 8
        static let ping: UInt8 = 9
        static let pong: UInt8 = 10
    }

    var isFinal = true
    /// Three bits: RSV1 is 4, RSV2 is 2, RSV3 is 1.
    var reserved: UInt8 = 0
    var opcode: UInt8
    var payload: [UInt8] = []
    var length = Length.shortest
    /// nil: as the sender's role demands.
    var isMasked: Bool?
    /// That of the examples of RFC 6455 §5.7.
    var key: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]

    init(
        _ opcode: UInt8, _ payload: [UInt8] = [], isFinal: Bool = true, reserved: UInt8 = 0, length: Length = .shortest,
        isMasked: Bool? = nil, key: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]
    ) {
        self.opcode = opcode
        self.payload = payload
        self.isFinal = isFinal
        self.reserved = reserved
        self.length = length
        self.isMasked = isMasked
        self.key = key
    }

    static func text(_ text: String, isFinal: Bool = true) -> HandFrame {
        HandFrame(Opcode.text, Array(text.utf8), isFinal: isFinal)
    }

    /// §5.5.1: a code in two bytes and a reason.
    static func close(_ code: Int?, _ reason: [UInt8] = []) -> HandFrame {
        guard let code else { return HandFrame(Opcode.close) }
        return HandFrame(
            Opcode.close, [UInt8(truncatingIfNeeded: code >> 8), UInt8(truncatingIfNeeded: code)] + reason)
    }

    /// What goes over the wire. `masks`: the sender's role demands a mask (§5.1).
    func bytes(masks: Bool) -> [UInt8] {
        var bytes: [UInt8] = [(isFinal ? 0x80 : 0) | reserved << 4 | opcode]
        bytes.reserveCapacity(payload.count + 14)
        let mask: UInt8 = isMasked ?? masks ? 0x80 : 0
        switch length {
        case .shortest where payload.count < 126: bytes.append(mask | UInt8(payload.count))
        case .shortest where payload.count < 65_536: HandFrame.append(mask, 126, UInt64(payload.count), 2, &bytes)
        case .shortest, .in64: HandFrame.append(mask, 127, UInt64(payload.count), 8, &bytes)
        case .in16: HandFrame.append(mask, 126, UInt64(payload.count), 2, &bytes)
        case .declared(let count): HandFrame.append(mask, 127, count, 8, &bytes)
        }
        guard mask != 0 else { return bytes + payload }
        bytes += key
        var index = 0
        for byte in payload {
            bytes.append(byte ^ key[index & 3])
            index += 1
        }
        return bytes
    }

    private static func append(_ mask: UInt8, _ marker: UInt8, _ count: UInt64, _ width: Int, _ bytes: inout [UInt8]) {
        bytes.append(mask | marker)
        for place in stride(from: width - 1, through: 0, by: -1) {
            bytes.append(UInt8(truncatingIfNeeded: count >> UInt64(8 * place)))
        }
    }
}
