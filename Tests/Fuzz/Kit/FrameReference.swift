// RFC 6455 §5 once more, plainly: the whole input at hand, one frame after the other, and with it RFC 7692 §7.2.2. Slow and obvious;
// `WSConnection` must say the same.

import WSProtocol

struct FrameReference {
    struct Message {
        var opcode: UInt8
        var payload: [UInt8]
        /// What came of a compressed message.
        var packed: [UInt8]?
    }

    /// What the other end was allowed to do with its messages.
    struct Compression {
        var takesOver: Bool
        var windowBits: Int
    }

    private(set) var transcript = Transcript()
    private(set) var messages: [Message] = []
    private(set) var last = "nothing"
    private let role: Role
    private let limits: WSLimits
    private var message: Message?
    private var fragments = 0

    private let compression: Compression?
    private var history: [UInt8] = []

    init(_ role: Role, _ limits: WSLimits, _ compression: Compression? = nil) {
        self.role = role
        self.limits = limits
        self.compression = compression
    }

    mutating func read(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while let after = frame(rest) { rest = after }
    }

    private mutating func fail(_ code: UInt16, _ reason: String) -> ArraySlice<UInt8>? {
        transcript.add(code)
        last = reason
        return nil
    }

    /// Reads one frame and gives what follows it; nil when it is not whole, or nothing may follow.
    private mutating func frame(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let first = bytes.first else { return nil }
        let opcode = first & 0x0F
        let isControl = opcode >= 8
        let isCompressed = first & 0x40 != 0 && compression != nil && (opcode == 1 || opcode == 2)
        guard first & 0x70 == 0 || isCompressed && first & 0x30 == 0, [0, 1, 2, 8, 9, 10].contains(opcode) else {
            return fail(1002, "reserved")
        }
        guard !isControl || first >= 0x80 else { return fail(1002, "control") }
        guard isControl || (opcode == 0) == (message != nil) else { return fail(1002, "fragments") }
        guard let second = bytes.dropFirst().first else { return nil }
        guard (second >= 0x80) == (role == .server) else { return fail(1002, "mask") }
        guard !isControl || second & 0x7F <= 125 else { return fail(1002, "control") }
        guard opcode != 8 || second & 0x7F != 1 else { return fail(1002, "close") }
        var rest = bytes.dropFirst(2)
        var count = UInt64(second & 0x7F)
        if count >= 126 {
            let digits = count == 126 ? 2 : 8
            guard rest.count >= digits else { return nil }
            count = rest.prefix(digits).reduce(0) { $0 << 8 | UInt64($1) }
            rest = rest.dropFirst(digits)
        }
        if !isControl, fragments >= limits.fragmentCountMax { return fail(1009, "too many fragments") }
        if second & 0x7F == 127, count >= 1 << 63 || count < 65_536 { return fail(1002, "length") }
        if second & 0x7F == 126, count < 126 { return fail(1002, "length") }
        if !isControl, count > UInt64(bytesLeft(isCompressed)) { return fail(1009, "too big") }
        var key: [UInt8] = [0, 0, 0, 0]
        if role == .server {
            guard rest.count >= 4 else { return nil }
            key = Array(rest.prefix(4))
            rest = rest.dropFirst(4)
        }
        let payload = rest.prefix(Int(count)).enumerated().map { $1 ^ key[$0 % 4] }
        let isWhole = payload.count == Int(count)
        let isGoodForMore =
            switch opcode {
            case 8: close(payload, isWhole: isWhole)
            case 9, 10: control(opcode, payload, isWhole: isWhole)
            default: data(opcode, payload, isCompressed, isWhole: isWhole, isFinal: first >= 0x80)
            }
        return isGoodForMore ? rest.dropFirst(payload.count) : nil
    }

    /// Whether more may follow.
    private mutating func control(_ opcode: UInt8, _ payload: [UInt8], isWhole: Bool) -> Bool {
        if isWhole { tell(Message(opcode: opcode, payload: payload)) }
        return isWhole
    }

    private mutating func close(_ payload: [UInt8], isWhole: Bool) -> Bool {
        let code = payload.prefix(2).reduce(UInt16(0)) { $0 << 8 | UInt16($1) }
        let isAllowed = (1000...1003).contains(code) || (1007...1014).contains(code) || (3000...4999).contains(code)
        let judged = judge(Array(payload.dropFirst(2)))
        if payload.count >= 2 && !isAllowed {
            _ = fail(1002, "close \(code)")
        } else if judged == .wrong || judged == .cut && isWhole {
            _ = fail(1007, "close reason")
        } else if isWhole {
            transcript.add(UInt8(8))
            transcript.add(code)
            transcript.add(Array(payload.dropFirst(2)))
            last = "close \(code)"
        }
        return false
    }

    /// What the message that goes on, or begins, may still have of payload. A compressed one has room for the largest fixed codes and a
    /// flush for each fragment.
    private func bytesLeft(_ isCompressed: Bool) -> Int {
        guard isCompressed || message?.packed != nil else {
            return limits.messageBytesMax - (message?.payload.count ?? 0)
        }
        let most =
            limits.messageBytesMax == .max
            ? .max : limits.messageBytesMax + limits.messageBytesMax / 8 + 1_024 + 16 * (fragments + 1)
        return most - (message?.packed?.count ?? 0)
    }

    private mutating func data(
        _ opcode: UInt8, _ payload: [UInt8], _ isCompressed: Bool, isWhole: Bool, isFinal: Bool
    ) -> Bool {
        var joined = message ?? Message(opcode: opcode, payload: [], packed: isCompressed ? [] : nil)
        var code: UInt16?
        if joined.packed == nil {
            joined.payload += payload
        } else {
            joined.packed? += payload
            code = inflate(&joined, isWhole: isWhole && isFinal)
        }
        if joined.opcode == 1 {
            let judged = judge(joined.payload)
            if judged == .wrong || judged == .cut && code == nil && isWhole && isFinal { code = 1007 }
        }
        if let code {
            _ = fail(code, "UTF-8 or DEFLATE")
            return false
        }
        guard isWhole else { return false }
        fragments += 1
        if isFinal {
            message = nil
            fragments = 0
            tell(joined)
        } else {
            message = joined
        }
        return true
    }

    /// Inflates the message from its beginning; the code of what is wrong with it.
    private mutating func inflate(_ message: inout Message, isWhole: Bool) -> UInt16? {
        guard let compression, let packed = message.packed else { return nil }
        let stream = packed + (isWhole ? [0x00, 0x00, 0xFF, 0xFF] : [])
        let inflated = InflateReference(
            stream, history: history, windowBits: compression.windowBits,
            outputCountMax: limits.messageBytesMax == .max ? .max : history.count + limits.messageBytesMax,
            isEndless: true)
        message.payload = Array(inflated.output.dropFirst(history.count))
        switch inflated.result {
        case .tooLarge: return 1009
        case .failed: return 1007
        case .needsInput, .ended:
            guard isWhole else { return nil }
            guard inflated.isAtBlockBoundary else { return 1007 }
            if compression.takesOver { history = inflated.output.suffix(32_768) }
            return nil
        }
    }

    private mutating func tell(_ message: Message) {
        transcript.add(message.opcode)
        transcript.add(message.payload)
        messages.append(message)
        last = "opcode \(message.opcode) of \(message.payload.count) bytes"
    }

    private enum Judged { case whole, cut, wrong }

    /// RFC 3629 §3: by the value that the bits give, not by ranges of bytes.
    private func judge(_ bytes: [UInt8]) -> Judged {
        var index = 0
        while index < bytes.count {
            let lead = bytes[index]
            let more = lead < 0x80 ? 0 : lead & 0xE0 == 0xC0 ? 1 : lead & 0xF0 == 0xE0 ? 2 : lead & 0xF8 == 0xF0 ? 3 : 9
            guard more < 9 else { return .wrong }
            let tail = bytes[(index + 1)...].prefix(more)
            guard tail.allSatisfy({ $0 & 0xC0 == 0x80 }) else { return .wrong }
            let leadBits = more == 0 ? UInt32(lead) : UInt32(lead) & (0x3F >> UInt32(more))
            // The smallest and the largest value that the sequence can still become.
            let low = tail.reduce(leadBits) { $0 << 6 | UInt32($1 & 0x3F) } << UInt32(6 * (more - tail.count))
            let high = low | (1 << UInt32(6 * (more - tail.count))) - 1
            let least: UInt32 = [0, 0x80, 0x800, 0x1_0000][more]
            guard high >= least, low <= 0x10_FFFF, !(low >= 0xD800 && high <= 0xDFFF) else { return .wrong }
            if tail.count < more { return .cut }
            index += 1 + more
        }
        return .whole
    }
}
