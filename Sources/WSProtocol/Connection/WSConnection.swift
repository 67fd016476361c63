// One WebSocket connection after its handshake (RFC 6455 §5–§7), for either end: bytes in, events out. It owns no
// socket, reads no clock and sends nothing; the caller appends the frames it wants to send and says when it has sent a
// Close.
//
// The common case, a whole unfragmented frame inside the input, is unmasked and checked in place: nothing is copied,
// nothing allocated. So is a whole compressed one, but for its payload, which is inflated into memory that the caller
// keeps for all its connections (`InflateScratch`). Everything else goes to a `MessageAssembler`, which exists only
// while something is half received, or a window is taken over from one compressed message to the next; any other idle
// connection is 16 bytes.

/// The receiving side of one connection and its closing handshake.
///
/// A value that lives in one place: a copy would share what is half received.
package struct WSConnection {
    /// Which end we are: what is masked, and which window is ours.
    package let role: Role
    /// Where the closing handshake stands: whether a Close has to be sent, and whether TCP may end.
    package private(set) var closing = Closing.open
    /// What the handshake agreed on; nil: RSV1 is a broken rule.
    package let deflate: PermessageDeflate?
    private var assembler: MessageAssembler?

    /// Right behind the handshake, with what that has agreed on.
    package init(role: Role, deflate: PermessageDeflate? = nil) {
        self.role = role
        self.deflate = deflate
    }

    /// Reads the next event from `input`, from `offset` on, and moves `offset` behind what was read. Call it until it
    /// returns `.needsMoreBytes`; then all of `input` is consumed. Payloads are unmasked in place. `scratch` saves
    /// compressed messages that lie whole in the input an allocation each.
    package mutating func nextEvent(
        in input: inout MutableSpan<UInt8>, offset: inout Int, limits: WSLimits, scratch: InflateScratch? = nil
    ) -> WSEvent {
        if assembler != nil { giveBackAssembler() }
        if closing == .open, !isMidMessage {
            if let event = wholeFrame(in: &input, offset: &offset, limits: limits) { return event }
            if let event = wholeCompressedFrame(in: &input, offset: &offset, limits: limits, scratch) {
                if case .failed = event { closing.fail() }
                return event
            }
        }
        return streamedEvent(in: &input, offset: &offset, limits: limits)
    }

    /// The payload of the last event whose location is `.assembled`; valid until the next call of `nextEvent`, also of
    /// any other connection with the same scratch.
    package var assembled: [UInt8] { assembler?.payload ?? [] }

    /// Whether a frame or a message is half received.
    package var isMidMessage: Bool { assembler.map { !$0.isIdle } ?? false }

    /// Say that a Close frame of ours was queued: the answer to `.close`, the one that follows `.failed`, or our own.
    package mutating func sentClose() { closing.sendClose() }

    /// The peer ended TCP. Returns the code the application should see when no Close frame came before (RFC 6455 §7.1.5).
    package mutating func receiveEndOfStream() -> CloseCode? {
        let wasOrderly = closing == .closeReceived || closing == .closed
        closing = .closed
        assembler = nil
        return wasOrderly ? nil : .abnormal
    }

    /// When `checkMessageTime` has to be called next; nil while no message is half received, or none was looked at.
    package func messageDeadline(limits: WSLimits) -> UInt32? {
        guard let assembler, !assembler.isIdle, closing == .open else { return nil }
        return assembler.deadline(limits: limits)
    }

    /// Call it when a message is half received, and at `messageDeadline`: fails the connection when one message is on
    /// its way for longer than the limit. The time counts from the first call that sees the message; `now` is in
    /// milliseconds and may wrap.
    package mutating func checkMessageTime(now: UInt32, limits: WSLimits) -> WSFailure? {
        guard let assembler, !assembler.isIdle, closing == .open,
            let failure = assembler.checkTime(now: now, limits: limits)
        else { return nil }
        closing.fail()
        self.assembler = nil
        return failure
    }

    /// The fast path: a final text, binary, ping or pong frame that lies whole in the input and obeys every rule that
    /// can be seen in its header. Nil for everything else, with nothing consumed.
    @inline(__always)
    private mutating func wholeFrame(
        in input: inout MutableSpan<UInt8>, offset: inout Int, limits: WSLimits
    ) -> WSEvent? {
        let available = input.count &- offset
        guard available >= 2 else { return nil }
        // Any such header in one load: two bytes, two of length, four of key.
        let header =
            available >= 8
            ? input.span.eightBytes(at: offset) : input.span.upToEightBytes(in: offset..<input.count)
        let first = UInt8(truncatingIfNeeded: header)
        let second = UInt8(truncatingIfNeeded: header &>> 8)
        let isMasked = second & 0x80 != 0
        guard isMasked == (role == .server) else { return nil }
        var headerCount = isMasked ? 6 : 2
        var count = Int(second & 0x7F)
        var key = UInt32(truncatingIfNeeded: header &>> 16)
        switch first {
        case 0x81, 0x82:
            if count == 126 {
                // A length not in its shortest form is refused on the slow path, and so is one that is not there.
                count = Int(UInt16(truncatingIfNeeded: header &>> 16).byteSwapped)
                guard count >= 126 else { return nil }
                headerCount &+= 2
                key = UInt32(truncatingIfNeeded: header &>> 32)
            } else if count == 127 {
                return nil
            }
            guard count <= limits.messageBytesMax else { return nil }
        case 0x89, 0x8A:
            guard count <= 125 else { return nil }
        default: return nil
        }
        guard available >= headerCount &+ count else { return nil }
        let range = offset &+ headerCount..<offset &+ headerCount &+ count
        let isASCII = isMasked && Masking.apply(key, to: &input, in: range)
        offset = range.upperBound
        switch first {
        case 0x81:
            if isASCII || UTF8Validator.isValid(input.span.extracting(range)) { return .text(.input(range)) }
            closing.fail()
            return .failed(WSFailure(.invalidUTF8))
        case 0x82: return .binary(.input(range))
        case 0x89: return .ping(.input(range))
        default: return .pong(.input(range))
        }
    }

    /// The payload of the event before is not needed any more, and perhaps nothing else that is kept.
    @inline(never)
    private mutating func giveBackAssembler() {
        guard let assembler else { return }
        if assembler.isDisposable { self.assembler = nil } else { assembler.forgetDelivered() }
    }

    /// The same for a compressed message that lies whole in the input, when no context is taken over and there is a scratch.
    @inline(never)
    private mutating func wholeCompressedFrame(
        in input: inout MutableSpan<UInt8>, offset: inout Int, limits: WSLimits, _ scratch: InflateScratch?
    ) -> WSEvent? {
        guard let scratch, let (takesOver, windowBits) = deflate?.receiving(as: role), !takesOver, assembler == nil,
            input.count - offset >= 2, input[offset] == 0xC1 || input[offset] == 0xC2,
            let (header, headerCount) = FrameHeader.parse(input.span.extracting(offset...)),
            (header.maskingKey != nil) == (role == .server)
        else { return nil }
        let most = MessageInflater.compressedBytesMax(messageBytesMax: limits.messageBytesMax, fragmentCount: 1)
        guard limits.fragmentCountMax > 0,
            FrameRules.check(length: header.payloadCount, secondByte: input[offset + 1], left: most, limit: most)
                == nil,
            header.payloadCount <= UInt64(input.count - offset - headerCount)
        else { return nil }
        let opcode: Opcode = input[offset] == 0xC1 ? .text : .binary
        let range = offset + headerCount..<offset + headerCount + Int(header.payloadCount)
        if let key = header.maskingKey { Masking.apply(key, to: &input, in: range) }
        offset = range.upperBound
        let event = scratch.assembler.inflateWhole(
            opcode, input.span.extracting(range), windowBits: windowBits, limits: limits)
        // Lent until the next call: an idle assembler is given up there.
        assembler = scratch.assembler
        return event
    }

    /// The slow path: anything that is cut, fragmented, wrong or comes while closing.
    @inline(never)
    private mutating func streamedEvent(
        in input: inout MutableSpan<UInt8>, offset: inout Int, limits: WSLimits
    ) -> WSEvent {
        guard closing == .open || closing == .closeSent else {
            // After Close nothing more is read as data.
            offset = input.count
            assembler = nil
            return .needsMoreBytes
        }
        while offset < input.count {
            let assembler = self.assembler ?? MessageAssembler(role: role, deflate: deflate)
            self.assembler = assembler
            let event = assembler.receive(&input, offset: &offset, limits: limits, dropsData: closing == .closeSent)
            switch event {
            case .close:
                closing.receiveClose()
                return event
            case .failed:
                closing.fail()
                self.assembler = nil
                return event
            case .text, .binary, .ping, .pong:
                // Our Close is out: whatever still comes has no reader any more.
                if closing == .open { return event }
                if assembler.isDisposable { self.assembler = nil }
            case .needsMoreBytes:
                break
            }
        }
        return .needsMoreBytes
    }
}
