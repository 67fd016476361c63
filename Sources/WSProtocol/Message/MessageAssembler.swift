// Puts messages together that do not lie whole in the input (RFC 6455 §5.4): headers and payloads cut by reads, fragmented messages,
// control frames between fragments. Payloads are unmasked and checked as they come, so a message of a gigabyte or a bad byte is
// refused when it is announced or seen, not when it is complete (faults W1–W3, W8–W10). Buffers grow with data only.

/// What is half received of one connection. Exists only while there is something.
final class MessageAssembler {
    private let role: Role
    /// The header being read.
    private var header = InlineArray<14, UInt8>(repeating: 0)
    private var headerCount = 0
    /// The frame whose payload is being read.
    private var frame: (opcode: Opcode, isFinal: Bool)?
    private var payloadLeft = 0
    private var key: UInt32 = 0
    /// The fragmented message that has begun, text or binary.
    private var messageOpcode: Opcode?
    private var fragmentCount = 0
    private var message: [UInt8] = []
    private var validator = UTF8Validator()
    private var control: [UInt8] = []
    private var lastWasControl = false
    private var lastWasDelivered = false
    private var begunAt: UInt32?

    init(role: Role) { self.role = role }

    /// Whether nothing is half received: the next byte begins a frame of a new message.
    var isIdle: Bool { frame == nil && headerCount == 0 && messageOpcode == nil }

    /// The payload of the last event.
    var payload: [UInt8] { lastWasControl ? control : message }

    /// When a message that was begun must be whole.
    func deadline(limits: WSLimits) -> UInt32? { begunAt.map { $0 &+ limits.messageMilliseconds } }

    func checkTime(now: UInt32, limits: WSLimits) -> WSFailure? {
        guard let begunAt else {
            self.begunAt = now
            return nil
        }
        guard now &- begunAt > limits.messageMilliseconds else { return nil }
        return WSFailure(.messageTooSlow, limit: UInt64(limits.messageMilliseconds))
    }

    /// Reads on until something is complete, or wrong, or the input ends. With `dropsData` payloads of data frames are skipped.
    func receive(
        _ input: inout MutableSpan<UInt8>, offset: inout Int, limits: WSLimits, dropsData: Bool
    ) -> WSEvent {
        forgetDelivered()
        while true {
            if frame == nil {
                guard offset < input.count else { return .needsMoreBytes }
                header[headerCount] = input[offset]
                headerCount += 1
                offset += 1
                if let failure = checkHeader(limits: limits, dropsData: dropsData) { return .failed(failure) }
                continue
            }
            if let failure = takePayload(&input, offset: &offset, dropsData: dropsData) { return .failed(failure) }
            guard payloadLeft == 0 else { return .needsMoreBytes }
            if let event = endFrame(dropsData: dropsData) { return event }
        }
    }

    /// The payload of the event before was handed out and is not needed any more.
    private func forgetDelivered() {
        guard lastWasDelivered else { return }
        lastWasDelivered = false
        if lastWasControl { control = [] } else { message = [] }
    }

    /// After each byte of a header: checks what this byte completes, and begins the frame after the last one.
    private func checkHeader(limits: WSLimits, dropsData: Bool) -> WSFailure? {
        if headerCount == 1 { return FrameRules.check(first: header[0], isInsideMessage: messageOpcode != nil) }
        let second = header[1]
        let count = FrameHeader.byteCount(secondByte: second)
        let lengthEnd = second & 0x80 != 0 ? count - 4 : count
        if headerCount == 2, let failure = FrameRules.check(second: second, first: header[0], role: role) {
            return failure
        }
        if headerCount == lengthEnd, let failure = checkLength(second, limits: limits, dropsData: dropsData) {
            return failure
        }
        if headerCount == count { beginFrame() }
        return nil
    }

    private func checkLength(_ second: UInt8, limits: WSLimits, dropsData: Bool) -> WSFailure? {
        guard let parsed = parsedHeader(), let opcode = Opcode(rawValue: parsed.opcode) else { return nil }
        if !opcode.isControl && !dropsData && fragmentCount >= limits.fragmentCountMax {
            return WSFailure(.tooManyFragments, limit: UInt64(max(0, limits.fragmentCountMax)))
        }
        // A sum of lengths could wrap; compare with what is left instead. Dropped data counts against nothing but its frame.
        let left = opcode.isControl ? 125 : dropsData ? Int.max : limits.messageBytesMax - message.count
        return FrameRules.check(
            length: parsed.payloadCount, secondByte: second, left: left, limit: limits.messageBytesMax)
    }

    /// The header as far as it was read, with zeros for the rest.
    private func parsedHeader() -> FrameHeader? {
        let bytes = header
        return FrameHeader.parse(bytes.span)?.header
    }

    private func beginFrame() {
        guard let parsed = parsedHeader(), let opcode = Opcode(rawValue: parsed.opcode) else { return }
        frame = (opcode, parsed.isFinal)
        // The length was checked against a limit that is an Int.
        payloadLeft = Int(clamping: parsed.payloadCount)
        key = parsed.maskingKey ?? 0
        headerCount = 0
        if !opcode.isControl {
            if opcode != .continuation { messageOpcode = opcode }
            fragmentCount += 1
        }
    }

    private func takePayload(_ input: inout MutableSpan<UInt8>, offset: inout Int, dropsData: Bool) -> WSFailure? {
        let taken = min(payloadLeft, input.count - offset)
        guard taken > 0, let frame else { return nil }
        let range = offset..<offset + taken
        offset += taken
        payloadLeft -= taken
        if dropsData && !frame.opcode.isControl {
            message = []
            return nil
        }
        if role == .server {
            Masking.apply(key, to: &input, in: range)
            key = Masking.rotated(key, by: taken)
        }
        let piece = input.span.extracting(range)
        if frame.opcode.isControl {
            control.append(copying: piece)
            return frame.opcode == .close ? closeProblem(isWhole: payloadLeft == 0) : nil
        }
        if messageOpcode == .text, !validator.accept(piece) { return WSFailure(.invalidUTF8) }
        message.append(copying: piece)
        return nil
    }

    /// The frame is complete: an event when a message or a control frame is, else nil.
    private func endFrame(dropsData: Bool) -> WSEvent? {
        guard let ended = frame else { return nil }
        frame = nil
        lastWasControl = ended.opcode.isControl
        switch ended.opcode {
        case .ping: return deliver(.ping(.assembled))
        case .pong: return deliver(.pong(.assembled))
        case .close: return deliver(closeEvent())
        case .continuation, .text, .binary: break
        }
        guard ended.isFinal, let opcode = messageOpcode else { return nil }
        let isComplete = dropsData || validator.isComplete
        messageOpcode = nil
        fragmentCount = 0
        validator = UTF8Validator()
        begunAt = nil
        guard opcode == .text else { return deliver(.binary(.assembled)) }
        return isComplete ? deliver(.text(.assembled)) : .failed(WSFailure(.invalidUTF8))
    }

    private func deliver(_ event: WSEvent) -> WSEvent {
        lastWasDelivered = true
        return event
    }

    /// RFC 6455 §5.5.1, §7.4 — a code that may be sent, then a reason in UTF-8. Looked at with each piece: the first byte that is
    /// wrong fails. At most 125 bytes, so looking again at those from before costs little.
    private func closeProblem(isWhole: Bool) -> WSFailure? {
        guard control.count >= 2 else { return nil }
        let code = CloseCode(rawValue: UInt16(control[0]) << 8 | UInt16(control[1]))
        guard code.mayBeSent else { return WSFailure(.closeCodeNotAllowed, value: UInt64(code.rawValue)) }
        var reason = UTF8Validator()
        let control = self.control
        let isValid = reason.accept(control.span.extracting(2..<control.count))
        return isValid && (reason.isComplete || !isWhole) ? nil : WSFailure(.closeReasonNotUTF8)
    }

    /// A Close that was found right: empty, or a code and a reason.
    private func closeEvent() -> WSEvent {
        guard control.count >= 2 else { return .close(CloseFrame(code: nil, reason: .assembled)) }
        let code = CloseCode(rawValue: UInt16(control[0]) << 8 | UInt16(control[1]))
        control.removeFirst(2)
        return .close(CloseFrame(code: code, reason: .assembled))
    }
}
