// The compressors of one loop (RFC 7692), one for each window that a connection has agreed on, made when the first
// message needs it: 355 KiB for the usual window of 15 bits (`Deflater` has the sum). No context is taken over, so one
// serves all, and what it makes fits all.

import Deflate
import WSProtocol

final class Deflaters {
    private let settings: DeflateSettings
    private let metrics: WorkerMetrics
    /// By window bits.
    private var deflaters: [MessageDeflater?] = Array(repeating: nil, count: Int(PermessageDeflate.windowBitsMax) + 1)
    /// The payload made last, and for which window; 0: none of this message.
    private var compressed: [UInt8] = []
    private var compressedBits: UInt8 = 0
    /// Not smaller than the message.
    private var isGivenUp = false

    init(_ settings: DeflateSettings, metrics: WorkerMetrics) {
        self.settings = settings
        self.metrics = metrics
    }

    /// The next frames are of another message.
    func beginMessage() { compressedBits = 0 }

    /// Appends the frame of a message for connections of this window (0: uncompressed). Within one message a window
    /// that comes again at once is not compressed for again. Not inlined: the compiler would take what it needs from here before it
    /// knows whether anything is to be compressed.
    @inline(never)
    func append(_ opcode: Opcode, _ payload: Span<UInt8>, windowBits: UInt8, to frames: inout [UInt8]) {
        guard windowBits > 0, payload.count >= settings.thresholdBytes, compress(payload, windowBits: windowBits) else {
            return FrameEncoder.append(opcode, payload: payload, to: &frames)
        }
        let bytes = compressed
        FrameEncoder.append(opcode, isCompressed: true, payload: bytes.span, to: &frames)
    }

    /// False when the message does not become smaller.
    private func compress(_ payload: Span<UInt8>, windowBits: UInt8) -> Bool {
        guard compressedBits != windowBits else { return !isGivenUp }
        compressedBits = windowBits
        compressed.removeAll(keepingCapacity: compressed.capacity <= InflateScratch.keptBytesMax)
        isGivenUp = !deflate(payload, windowBits: Int(windowBits))
        guard !isGivenUp else { return false }
        metrics.deflatedMessages.add()
        metrics.deflatedBytesBefore.add(payload.count)
        metrics.deflatedBytesAfter.add(compressed.count)
        return true
    }

    private func deflate(_ payload: Span<UInt8>, windowBits: Int) -> Bool {
        if deflaters[windowBits] == nil {
            deflaters[windowBits] = MessageDeflater(
                Deflater(level: settings.level, windowBits: windowBits), windowBits: UInt8(windowBits), takesOver: false
            )
        }
        return deflaters[windowBits]?.deflate(payload, into: &compressed) ?? false
    }
}
