// permessage-deflate (RFC 7692) as a case needs it: what was agreed on, messages of ours compressed in a given way, theirs inflated strictly with the
// agreed window. The compressor and the inflater are the project's rooms, which are compared with zlib elsewhere; cases that depend on exact bytes have
// them in their tables.

import Deflate

final class PeerDeflate {
    /// What the program under test compresses with.
    let theirWindowBits: Int
    let theirNoContextTakeover: Bool
    let ourWindowBits: Int
    let ourNoContextTakeover: Bool
    private var inflater: Inflater
    /// What distances of theirs may reach.
    private var history: [UInt8] = []
    private var ourHistory: [UInt8] = []
    private let deflater: Deflater
    static let messageBytesMax = 64 << 20

    init(
        theirWindowBits: Int, theirNoContextTakeover: Bool, ourWindowBits: Int, ourNoContextTakeover: Bool,
        level: Int = 6
    ) {
        self.theirWindowBits = theirWindowBits
        self.theirNoContextTakeover = theirNoContextTakeover
        self.ourWindowBits = ourWindowBits
        self.ourNoContextTakeover = ourNoContextTakeover
        inflater = Inflater(windowBits: theirWindowBits)
        deflater = Deflater(level: DeflateLevel(level), windowBits: ourWindowBits)
    }

    /// §7.2.1. `continues`: may refer to what was sent before, as far as it was agreed on.
    func compressed(_ message: [UInt8], continues: Bool = true) -> [UInt8] {
        if ourNoContextTakeover || !continues { ourHistory = [] }
        var output: [UInt8] = []
        deflater.deflate(message.span, history: ourHistory.span, into: &output, ending: .syncFlush)
        ourHistory += message
        if ourHistory.count > 1 << 16 { ourHistory.removeFirst(ourHistory.count - (1 << 15)) }
        // §7.2.1 — the last four bytes are taken off.
        output.removeLast(4)
        return output.isEmpty ? [0] : output
    }

    /// §7.2.2.
    func inflate(_ payload: [UInt8]) throws(CaseStop) -> [UInt8] {
        if theirNoContextTakeover {
            history = []
            inflater.reset()
        }
        let before = history.count
        let input = payload + [0x00, 0x00, 0xFF, 0xFF]
        var offset = 0
        do throws(InflateError) {
            while offset < input.count {
                let limit = before + PeerDeflate.messageBytesMax
                _ = try inflater.inflate(input.span, offset: &offset, into: &history, outputCountMax: limit)
            }
        } catch {
            throw .failed(
                expected: "a message compressed with a window of \(1 << theirWindowBits) bytes"
                    + (theirNoContextTakeover ? " and without earlier messages" : ""),
                came: "one that cannot be decompressed so (\(error))",
                why: "RFC 7692 §7.2.1: a message is compressed within the window and the context that were agreed on")
        }
        let message = Array(history[before...])
        if history.count > 1 << 16 { history.removeFirst(history.count - (1 << 15)) }
        return message
    }
}
