// What each message of the load says about itself. The body begins with 56 bytes of fixed places, and the rest is filling:
//
//     ~fanout: publisher, channel (4 letters each)  sequence (8)  time since the run began (12), measured or not (4)
//     bytes of the body (8)  checksum of all of the body but itself (8)
//
// Letters only, behind a beginning that cannot occur in the rest: whatever a server puts around a message, JSON included, it is
// found again, and a changed byte anywhere in the body is noticed.

/// One message of the load, as its receiver needs to know it.
struct MessageMarker: Equatable {
    /// Its number among all publishers.
    var publisher: UInt16
    var channel: UInt16
    /// Counted by each publisher from 0, in the warm-up and then in the measurement anew.
    var sequence: UInt32
    /// When it should have left: nanoseconds since the run began, 78 hours at most.
    var nanoseconds: UInt64
    /// Not of the warm-up.
    var isMeasured: Bool

    /// The least body.
    static let byteCount = 56
    /// The greatest body, so that a length that came damaged leads nowhere.
    static let bodyBytesMax = 16 << 20
    private static let timeMask: UInt64 = 0xFFFF_FFFF_FFFF
    private static let checksumOffset = 48

    /// `~fanout:`, which cannot overlap with itself.
    static let beginning: UInt64 = 0x3A74_756F_6E61_667E

    /// What is found at a place where a marker begins.
    enum Reading: Equatable {
        /// A whole message of so many bytes.
        case whole(MessageMarker, byteCount: Int)
        /// It is not as it was sent.
        case corrupt
    }

    /// Writes itself over the first 56 bytes of `body`, which is all of the message.
    func write(to body: inout MutableSpan<UInt8>) {
        BodyWords.store(MessageMarker.beginning, in: &body, at: 0)
        BodyWords.store(BodyWords.letters(UInt32(publisher) | UInt32(channel) << 16), in: &body, at: 8)
        BodyWords.store(BodyWords.letters(sequence), in: &body, at: 16)
        let time = nanoseconds & MessageMarker.timeMask | (isMeasured ? 1 << 48 : 0)
        BodyWords.store(BodyWords.letters(UInt32(truncatingIfNeeded: time)), in: &body, at: 24)
        BodyWords.store(BodyWords.letters(UInt32(truncatingIfNeeded: time >> 32)), in: &body, at: 32)
        BodyWords.store(BodyWords.letters(UInt32(truncatingIfNeeded: body.count)), in: &body, at: 40)
        let checksum = BodyWords.checksum(body.span, 0..<body.count, hole: MessageMarker.checksumOffset)
        BodyWords.store(BodyWords.letters(checksum), in: &body, at: MessageMarker.checksumOffset)
    }

    /// Whether a marker begins at `offset`.
    @inline(__always)
    static func begins(_ bytes: Span<UInt8>, at offset: Int, end: Int) -> Bool {
        offset &+ byteCount <= end && BodyWords.load(bytes, at: offset) == beginning
    }

    /// Reads the marker that begins at `offset` of a message that ends at `end`.
    @inline(__always)
    static func read(_ bytes: Span<UInt8>, at offset: Int, end: Int) -> Reading {
        let count = Int(BodyWords.value(BodyWords.load(bytes, at: offset &+ 40)))
        guard count >= byteCount, count <= end &- offset else { return .corrupt }
        let checksum = BodyWords.letters(
            BodyWords.checksum(bytes, offset..<offset &+ count, hole: offset &+ checksumOffset))
        guard checksum == BodyWords.load(bytes, at: offset &+ checksumOffset) else { return .corrupt }
        let from = BodyWords.value(BodyWords.load(bytes, at: offset &+ 8))
        let time =
            UInt64(BodyWords.value(BodyWords.load(bytes, at: offset &+ 24)))
            | UInt64(BodyWords.value(BodyWords.load(bytes, at: offset &+ 32))) << 32
        let marker = MessageMarker(
            publisher: UInt16(truncatingIfNeeded: from), channel: UInt16(truncatingIfNeeded: from >> 16),
            sequence: BodyWords.value(BodyWords.load(bytes, at: offset &+ 16)), nanoseconds: time & timeMask,
            isMeasured: time >> 48 & 1 != 0)
        return .whole(marker, byteCount: count)
    }

    /// Where the first marker begins at or behind `offset`; nil: there is none before `end`.
    static func find(_ bytes: Span<UInt8>, from offset: Int, end: Int) -> Int? {
        var index = offset
        while index &+ byteCount <= end {
            if bytes[index] == UInt8(ascii: "~"), BodyWords.load(bytes, at: index) == beginning { return index }
            index &+= 1
        }
        return nil
    }
}
