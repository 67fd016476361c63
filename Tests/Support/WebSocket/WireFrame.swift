// A frame as bytes, right or wrong in any way a test wants (RFC 6455 §5.2). Written apart from WSProtocol.

package struct WireFrame: Sendable {
    package enum LengthForm: Sendable { case shortest, sevenBits, sixteenBits, sixtyFourBits }

    package var fin = true
    /// RSV1, RSV2, RSV3 as the bits 4, 2, 1.
    package var reserved: UInt8 = 0
    package var opcode: UInt8
    package var maskingKey: [UInt8]? = [0x37, 0xfa, 0x21, 0x3d]
    package var lengthForm = LengthForm.shortest
    /// What the header claims, when that is not the length of `payload`.
    package var declaredLength: UInt64?
    package var payload: [UInt8]

    package init(opcode: UInt8, _ payload: [UInt8] = []) {
        self.opcode = opcode
        self.payload = payload
    }

    package static func text(_ text: String) -> WireFrame { WireFrame(opcode: 1, Array(text.utf8)) }
    package static func binary(_ bytes: [UInt8]) -> WireFrame { WireFrame(opcode: 2, bytes) }
    package static func continuation(_ bytes: [UInt8]) -> WireFrame { WireFrame(opcode: 0, bytes) }
    package static func ping(_ bytes: [UInt8] = []) -> WireFrame { WireFrame(opcode: 9, bytes) }
    package static func pong(_ bytes: [UInt8] = []) -> WireFrame { WireFrame(opcode: 10, bytes) }
    package static func close(_ code: Int?, _ reason: String = "") -> WireFrame {
        WireFrame(opcode: 8, (code.map { [UInt8($0 >> 8 & 0xff), UInt8($0 & 0xff)] } ?? []) + Array(reason.utf8))
    }

    /// The same frame, changed: `.text("x").with { $0.fin = false }`.
    package func with(_ change: (inout WireFrame) -> Void) -> WireFrame {
        var frame = self
        change(&frame)
        return frame
    }

    package var bytes: [UInt8] {
        var bytes = [(fin ? 0x80 : 0) | reserved << 4 | opcode]
        let mask: UInt8 = maskingKey == nil ? 0 : 0x80
        let length = declaredLength ?? UInt64(payload.count)
        var form = lengthForm
        if form == .shortest { form = length < 126 ? .sevenBits : length < 65536 ? .sixteenBits : .sixtyFourBits }
        switch form {
        case .shortest, .sevenBits: bytes.append(mask | UInt8(length & 0x7f))
        case .sixteenBits: bytes += [mask | 126, UInt8(length >> 8 & 0xff), UInt8(length & 0xff)]
        case .sixtyFourBits: bytes += [mask | 127] + (0..<8).map { UInt8(length >> (56 - 8 * $0) & 0xff) }
        }
        guard let key = maskingKey else { return bytes + payload }
        bytes += key
        bytes.reserveCapacity(bytes.count + payload.count)
        for (index, byte) in payload.enumerated() { bytes.append(byte ^ key[index & 3]) }
        return bytes
    }
}
