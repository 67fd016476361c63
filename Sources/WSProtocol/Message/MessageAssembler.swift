// Puts messages together that do not lie whole in the input (RFC 6455 §5.4): headers and payloads cut by reads,
// fragmented messages, control frames between fragments. Payloads are unmasked and checked as they come, so a message
// of a gigabyte or a bad byte is refused when it is announced or seen, not when it is complete (faults W1–W3, W8–W10).
// Buffers grow with data only. Compressed messages are inflated as they come (RFC 7692; faults W4, W5).

import Deflate

/// What is half received of one connection, and the window of a compressed one that takes its context over. Exists only
/// while there is something.
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
    private let deflate: PermessageDeflate?
    /// The message that has begun is compressed.
    private var isCompressed = false
    private var inflater: MessageInflater?

    init(role: Role, deflate: PermessageDeflate?) {
        self.role = role
        self.deflate = deflate
    }

    /// Whether the next message needs nothing of this one.
    var isDisposable: Bool { isIdle && (inflater?.isEmpty ?? true) }

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
            if let failure = takePayload(&input, offset: &offset, limits: limits, dropsData: dropsData) {
                return .failed(failure)
            }
            guard payloadLeft == 0 else { return .needsMoreBytes }
            if let event = endFrame(limits: limits, dropsData: dropsData) { return event }
        }
    }

    /// The payload of the event before was handed out and is not needed any more.
    func forgetDelivered() {
        guard lastWasDelivered else { return }
        lastWasDelivered = false
        if lastWasControl { control = [] } else { message = [] }
    }

    /// After each byte of a header: checks what this byte completes, and begins the frame after the last one.
    private func checkHeader(limits: WSLimits, dropsData: Bool) -> WSFailure? {
        if headerCount == 1 {
            return FrameRules.check(
                first: header[0], isInsideMessage: messageOpcode != nil, allowsCompression: deflate != nil)
        }
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
        let isOfCompressed = !opcode.isControl && (parsed.reservedBits & FrameRules.rsv1 != 0 || isCompressed)
        // A sum of lengths could wrap; compare with what is left instead. Dropped data counts against nothing but its frame.
        let left =
            if opcode.isControl {
                125
            } else if dropsData {
                Int.max
            } else if isOfCompressed {
                compressedBytesLeft(limits: limits)
            } else {
                limits.messageBytesMax - message.count
            }
        let failure = FrameRules.check(
            length: parsed.payloadCount, secondByte: second, left: left, limit: limits.messageBytesMax)
        guard isOfCompressed, failure?.rule == .messageTooBig else { return failure }
        return WSFailure(
            .compressedTooBig, value: parsed.payloadCount, limit: UInt64(max(0, compressedBytesMax(limits: limits))))
    }

    private func compressedBytesMax(limits: WSLimits) -> Int {
        MessageInflater.compressedBytesMax(
            messageBytesMax: limits.messageBytesMax, fragmentCount: fragmentCount + 1)
    }

    private func compressedBytesLeft(limits: WSLimits) -> Int {
        compressedBytesMax(limits: limits) - (isCompressed ? inflater?.compressedBytes ?? 0 : 0)
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
            if opcode != .continuation { begin(opcode, isCompressed: parsed.reservedBits & FrameRules.rsv1 != 0) }
            fragmentCount += 1
        }
    }

    private func begin(_ opcode: Opcode, isCompressed: Bool) {
        messageOpcode = opcode
        self.isCompressed = isCompressed
        guard isCompressed, inflater == nil, let (takesOver, windowBits) = deflate?.receiving(as: role) else { return }
        inflater = MessageInflater(takesOver: takesOver, windowBits: windowBits)
    }

    private func takePayload(
        _ input: inout MutableSpan<UInt8>, offset: inout Int, limits: WSLimits, dropsData: Bool
    ) -> WSFailure? {
        let taken = min(payloadLeft, input.count - offset)
        guard taken > 0, let frame else { return nil }
        let range = offset..<offset + taken
        offset += taken
        payloadLeft -= taken
        if dropsData && !frame.opcode.isControl {
            message = []
            inflater = nil
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
        if isCompressed { return inflate(piece, limits: limits) }
        if messageOpcode == .text, !validator.accept(piece) { return WSFailure(.invalidUTF8) }
        message.append(copying: piece)
        return nil
    }

    /// The frame is complete: an event when a message or a control frame is, else nil.
    private func endFrame(limits: WSLimits, dropsData: Bool) -> WSEvent? {
        guard let ended = frame else { return nil }
        frame = nil
        lastWasControl = ended.opcode.isControl
        // The time of a control frame that came in pieces is not that of a message after it.
        if messageOpcode == nil { begunAt = nil }
        switch ended.opcode {
        case .ping: return deliver(.ping(.assembled))
        case .pong: return deliver(.pong(.assembled))
        case .close: return deliver(closeEvent())
        case .continuation, .text, .binary: break
        }
        guard ended.isFinal, let opcode = messageOpcode else { return nil }
        if isCompressed && !dropsData, let failure = finishInflating(limits: limits) { return .failed(failure) }
        let isComplete = dropsData || validator.isComplete
        messageOpcode = nil
        isCompressed = false
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

    /// RFC 6455 §5.5.1, §7.4 — a code that may be sent, then a reason in UTF-8. Looked at with each piece: the first
    /// byte that is wrong fails. At most 125 bytes, so looking again at those from before costs little.
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

// MARK: - Compressed messages (RFC 7692 §7.2.2)

extension MessageAssembler {
    /// Inflates a piece of a payload and checks what came out of it: a bad byte of UTF-8 before the place where the
    /// stream breaks counts first, so that the outcome does not depend on how the bytes were cut.
    private func inflate(_ piece: Span<UInt8>, limits: WSLimits) -> WSFailure? {
        let before = message.count
        var fault: WSFailure?
        do throws(InflateError) {
            try inflater?.receive(piece, into: &message, messageBytesMax: limits.messageBytesMax)
        } catch {
            fault = WSFailure(error, limit: limits.messageBytesMax)
        }
        return checkText(from: before) ?? fault
    }

    /// Inflates the four bytes that the sender left out (§7.2.2), and checks what they brought in the same order.
    private func finishInflating(limits: WSLimits) -> WSFailure? {
        let before = message.count
        var fault: WSFailure?
        do throws(InflateError) {
            let isWhole = try inflater?.finish(into: &message, messageBytesMax: limits.messageBytesMax) ?? true
            if !isWhole { fault = WSFailure(.unfinishedDeflate) }
        } catch {
            fault = WSFailure(error, limit: limits.messageBytesMax)
        }
        return checkText(from: before) ?? fault
    }

    private func checkText(from start: Int) -> WSFailure? {
        guard messageOpcode == .text, start < message.count else { return nil }
        // Bound first: a span of a class's field does not outlive the expression.
        let bytes = message
        return validator.accept(bytes.span.extracting(start...)) ? nil : WSFailure(.invalidUTF8)
    }

    /// A message that is there whole, of a connection that takes no context over; `payload` is unmasked. For `InflateScratch`.
    func inflateWhole(_ opcode: Opcode, _ payload: Span<UInt8>, windowBits: UInt8, limits: WSLimits) -> WSEvent {
        message.removeAll(keepingCapacity: message.capacity <= InflateScratch.keptBytesMax)
        if inflater == nil || inflater?.windowBits != windowBits {
            inflater = MessageInflater(takesOver: false, windowBits: windowBits)
        }
        messageOpcode = opcode
        defer {
            messageOpcode = nil
            validator = UTF8Validator()
        }
        guard let failure = inflate(payload, limits: limits) ?? finishInflating(limits: limits) else {
            guard opcode == .text else { return .binary(.assembled) }
            return validator.isComplete ? .text(.assembled) : .failed(WSFailure(.invalidUTF8))
        }
        inflater?.reset()
        return .failed(failure)
    }
}
