// Compressed messages of other makers, byte for byte: the examples of RFC 7692 §7.2.3, what zlib writes, and what is no DEFLATE at all. The frames are those of the
// table, with our mask or without.

enum DeflatePayloadCases {
    static let all = TableText.rows(DeflatePayloadTable.text).map(make)

    private static func make(_ row: [String]) -> PeerCase {
        let (name, verdict, sections) = (row[0], row[1], row[2])
        let (window, isAlone) = (Int(row[3]) ?? 15, row[4] == "alone")
        let frames = row[6].utf8.split(separator: UInt8(ascii: ",")).map { frame($0) }
        let events = row[7].utf8.split(separator: UInt8(ascii: ",")).map { event($0) }
        var wish = DeflateWish()
        wish.ourNoContextTakeover = isAlone
        wish.ourWindowBits = window < 15 ? window : nil
        wish.needsOurContext = !isAlone
        wish.ourWindowBitsAtLeast = verdict == "reject" ? nil : window
        // Whether bytes reach too far depends on the exact agreement.
        if verdict == "reject", TextSearch.contains(name, "window-") {
            wish.ourWindowBitsExactly = TextSearch.contains(name, "shared") ? nil : window
            wish.needsOurNoContext = TextSearch.contains(name, "shared")
        }
        let rule = "\(sections): \(name)"
        return PeerCase(
            "deflate-bytes/\(name)", sections, level(name, verdict, row[5], frames), sentence(name, verdict),
            deflate: wish
        ) { peer throws(CaseStop) in
            peer.send(frames)
            for event in events {
                if verdict == "accept" {
                    try expect(event, peer, rule)
                } else if verdict == "either" {
                    guard case .message(let kind, let bytes) = event else { continue }
                    try peer.expectMessageOrFailure(kind, bytes)
                    if peer.attempt.note != "understood" { return }
                } else if case .message(let kind, let bytes) = event {
                    // What stands before the mistake may be dropped together with it.
                    try peer.expectMessageOrFailure(kind, bytes)
                    if peer.attempt.note != "understood" { return }
                }
            }
            if verdict == "reject" { try peer.expectFailed(rule) }
        }
    }

    private static func sentence(_ name: String, _ verdict: String) -> String {
        let words = String(decoding: name.utf8.map { $0 == UInt8(ascii: "-") ? 0x20 : $0 }, as: UTF8.self)
        switch verdict {
        case "accept": return "received: \(words)"
        case "reject": return "fails the connection: \(words)"
        default: return "is received or fails the connection: \(words)"
        }
    }

    /// That RSV bits, and text that is not UTF-8, fail the connection is a must; about data that cannot be decompressed RFC 7692 says nothing,
    /// RFC 6455 §10.7 that a Close should be sent; how far a receiver looks beyond the agreed window is its own choice.
    private static func level(_ name: String, _ verdict: String, _ code: String, _ frames: [HandFrame])
        -> ConformanceLevel
    {
        switch verdict {
        case "accept":
            return TextSearch.contains(name, "behind-a-final") || TextSearch.contains(name, "final-block-followed")
                ? .may : .must
        case "reject":
            // When it is found out is the receiver's choice, too; and where a compressed message just ends, no block says that more was meant.
            if frames.last?.isFinal == false || TextSearch.contains(name, "window") { return .may }
            if code == "1007", TextSearch.contains(name, "utf-8") || TextSearch.contains(name, "scalar") {
                return .must
            }
            if TextSearch.contains(name, "ends-") || TextSearch.contains(name, "unfinished") { return .may }
            let isReserved = frames.enumerated().contains { index, frame in
                frame.reserved & 3 != 0 || frame.reserved == 4 && (frame.opcode == 0 || frame.opcode >= 8)
            }
            return isReserved ? .must : .should
        default: return .may
        }
    }

    private static func frame(_ text: Substring.UTF8View) -> HandFrame {
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        let first = TableText.bytes(hex: Substring(parts[0]))[0]
        return HandFrame(
            first & 0x0F, TableText.bytes(hex: Substring(parts[1])), isFinal: first & 0x80 != 0,
            reserved: first >> 4 & 7)
    }

    private static func event(_ text: Substring.UTF8View) -> WebSocketPeer.Incoming {
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        let value = Substring(parts[1])
        switch String(Substring(parts[0])) {
        case "text": return .message(.text, TableText.bytes(hex: value))
        case "binary": return .message(.binary, TableText.bytes(hex: value))
        case "ping": return .pong(TableText.bytes(hex: value))
        case "close": return .close(nil, reason: [])
        // A pong is not answered.
        default: return .nothing
        }
    }

    private static func expect(
        _ event: WebSocketPeer.Incoming, _ peer: WebSocketPeer, _ why: String
    ) throws(CaseStop) {
        switch event {
        case .message(let kind, let bytes): try peer.expectMessage(kind, bytes, why)
        // When a pong comes between messages is not said (§5.5.3); that it comes is tested elsewhere.
        case .pong: return
        case .close: try peer.expectClose(why)
        case .end, .nothing, .tooMuch: return
        }
    }
}
