// Inflates the messages of one end (RFC 7692 §7.2.2). The output is counted while it is made (faults W4), the input too: blocks can
// be empty, and a message of them only would never end (faults D6). What is wrong fails at the byte that makes it so.
//
// Without context takeover the message itself is the window, and nothing outlives it. With it the last 2^bits bytes of all
// compressed messages are kept as they are; they are allocated with the first message.

import Deflate

/// What is known of the compressed message being received, and of those before it if the context is taken over.
struct MessageInflater {
    private let takesOver: Bool
    let windowBits: UInt8
    private var inflater: Inflater
    /// With takeover: the bytes that distances may reach, at most twice the window while a message is inflated.
    private var window: [UInt8] = []
    /// The payload bytes of the message so far.
    private(set) var compressedBytes = 0

    init(takesOver: Bool, windowBits: UInt8) {
        self.takesOver = takesOver
        self.windowBits = windowBits
        inflater = Inflater(windowBits: Int(windowBits))
    }

    private var windowBytes: Int { 1 << Int(windowBits) }

    /// Whether there is nothing to keep between two messages.
    var isEmpty: Bool { window.isEmpty }

    /// The payload bytes a message may have: what any encoder needs for a message as long as the limit (9 bits a byte in the fixed
    /// code of RFC 1951 §3.2.6) and a flush for each fragment. Above it the message is padding.
    static func compressedBytesMax(messageBytesMax: Int, fragmentCount: Int) -> Int {
        let message = max(0, messageBytesMax)
        let perByte = message.addingReportingOverflow(message / 8)
        let flushes = 1_024 + 16 * min(fragmentCount, 1 << 32)
        let (sum, overflow) = perByte.partialValue.addingReportingOverflow(flushes)
        return perByte.overflow || overflow ? .max : sum
    }

    /// Inflates the next bytes of the payload to the end of `message`. After a throw `message` holds what came before the fault,
    /// and this inflater must not be used again.
    mutating func receive(
        _ payload: Span<UInt8>, into message: inout [UInt8], messageBytesMax: Int
    ) throws(InflateError) {
        compressedBytes &+= payload.count
        try inflate(payload, into: &message, messageBytesMax: messageBytesMax)
    }

    /// The message's last fragment was received. Returns whether it was a whole one: behind the four bytes that its sender left
    /// out there must be nothing begun (RFC 7692 §7.2.2).
    mutating func finish(into message: inout [UInt8], messageBytesMax: Int) throws(InflateError) -> Bool {
        let tail: InlineArray<4, UInt8> = [0x00, 0x00, 0xFF, 0xFF]
        try inflate(tail.span, into: &message, messageBytesMax: messageBytesMax)
        guard inflater.isAtBlockBoundary else { return false }
        startAnew()
        return true
    }

    /// Ready for the next message. The memory of tables goes, so that an idle connection keeps the window alone.
    private mutating func startAnew() {
        compressedBytes = 0
        if takesOver {
            inflater = Inflater(windowBits: Int(windowBits))
            if window.capacity > windowBytes + 64 { window = Array(window.suffix(windowBytes)) }
        } else {
            inflater.reset()
        }
    }

    /// Gives up a message in the middle: what follows is the first message again.
    mutating func reset() {
        compressedBytes = 0
        inflater.reset()
        window = []
    }

    private mutating func inflate(
        _ payload: Span<UInt8>, into message: inout [UInt8], messageBytesMax: Int
    ) throws(InflateError) {
        guard takesOver else {
            return try run(payload, into: &message, outputCountMax: messageBytesMax)
        }
        let before = window.count
        let left = max(0, messageBytesMax - message.count)
        let (most, overflow) = before.addingReportingOverflow(left)
        do throws(InflateError) {
            try runInWindow(payload, outputCountMax: overflow ? .max : most)
        } catch {
            message.append(contentsOf: window[before...])
            throw error
        }
        message.append(contentsOf: window[before...])
        if window.count > 2 * windowBytes { window.removeFirst(window.count - windowBytes) }
    }

    private mutating func runInWindow(_ payload: Span<UInt8>, outputCountMax: Int) throws(InflateError) {
        // Taken out while it is written, so that it is not copied.
        var output = window
        window = []
        defer { window = output }
        try run(payload, into: &output, outputCountMax: outputCountMax)
    }

    /// RFC 7692 §7.2.3.5 — behind a final block the next one begins with its history.
    private mutating func run(
        _ payload: Span<UInt8>, into output: inout [UInt8], outputCountMax: Int
    ) throws(InflateError) {
        var offset = 0
        repeat {
            switch try inflater.inflate(payload, offset: &offset, into: &output, outputCountMax: outputCountMax) {
            case .needsInput: return
            case .endOfStream: continue
            }
        } while offset < payload.count
    }
}
