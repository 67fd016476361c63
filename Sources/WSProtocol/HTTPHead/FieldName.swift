// The header fields that somebody here asks for (RFC 9110 §5.1). A head's names are told apart while it is read, so that a question
// about one of them needs no search. All other fields are only counted and kept.

/// The name of a field, compared without regard to case.
package enum FieldName: UInt8, CaseIterable, Sendable {
    case authorization, connection, contentLength, contentType, expect, forwarded, host, ifNoneMatch, origin
    case secWebSocketAccept
    case secWebSocketExtensions, secWebSocketKey, secWebSocketProtocol, secWebSocketVersion, transferEncoding, upgrade
    case via, xForwardedFor

    /// In lower case. Letters and hyphens, at most `Key.byteCountMax` of them.
    var text: String {
        switch self {
        case .authorization: "authorization"
        case .connection: "connection"
        case .contentLength: "content-length"
        case .contentType: "content-type"
        case .expect: "expect"
        case .forwarded: "forwarded"
        case .host: "host"
        case .ifNoneMatch: "if-none-match"
        case .origin: "origin"
        case .secWebSocketAccept: "sec-websocket-accept"
        case .secWebSocketExtensions: "sec-websocket-extensions"
        case .secWebSocketKey: "sec-websocket-key"
        case .secWebSocketProtocol: "sec-websocket-protocol"
        case .secWebSocketVersion: "sec-websocket-version"
        case .transferEncoding: "transfer-encoding"
        case .upgrade: "upgrade"
        case .via: "via"
        case .xForwardedFor: "x-forwarded-for"
        }
    }

    /// All names, to be looked up by their bytes.
    static let table = Table()

    /// Each name in the slot that its length and its ends give. Who reads a head takes it once: a global is asked for at each use whether it
    /// is there yet.
    struct Table: Sendable {
        private let places: [Place]

        private struct Place {
            var name: FieldName
            /// 0: nobody is here.
            var byteCount = 0
            var key = Key()
        }

        fileprivate init() {
            precondition(allCases.count <= FieldIndex.namesMax, "each name has a place in the index of a head")
            var places = [Place](repeating: Place(name: .via), count: Key.slotCount)
            for name in allCases {
                let text = Array(name.text.utf8)
                let slot = Key.slot(text.span, 0..<text.count)
                precondition(places[slot].byteCount == 0, "no two names share a slot")
                places[slot] = Place(name: name, byteCount: text.count, key: Key(text.span, 0..<text.count))
            }
            self.places = places
        }

        /// The name whose bytes stand in `range`; nil for anything else.
        @inline(__always)
        func name(_ bytes: Span<UInt8>, _ range: Range<Int>) -> FieldName? {
            let byteCount = range.upperBound &- range.lowerBound
            guard byteCount > 0, byteCount <= Key.byteCountMax else { return nil }
            let slot = Key.slot(bytes, range)
            guard places[slot].byteCount == byteCount, places[slot].key == Key(bytes, range) else { return nil }
            return places[slot].name
        }
    }
}

/// A token of 1 to 24 bytes as three words, which overlap when it is shorter. Case is taken off with one bit: of the bytes of a
/// token only letters become letters or hyphens by it, of which the names of the table are made.
private struct Key: Equatable {
    static let byteCountMax = 24
    static let slotCount = 64
    private static let case8: UInt64 = 0x2020_2020_2020_2020

    private var first: UInt64 = 0
    private var middle: UInt64 = 0
    private var last: UInt64 = 0

    init() {}

    /// Without a branch for whether one of the words differs.
    @inline(__always)
    static func == (left: Key, right: Key) -> Bool {
        (left.first ^ right.first) | (left.middle ^ right.middle) | (left.last ^ right.last) == 0
    }

    @inline(__always)
    init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        guard range.count >= 8 else {
            first = bytes.upToEightBytes(in: range) | Key.case8
            return
        }
        first = bytes.eightBytes(at: range.lowerBound) | Key.case8
        middle = bytes.eightBytes(at: range.lowerBound &+ min(8, range.count &- 8)) | Key.case8
        last = bytes.eightBytes(at: range.upperBound &- 8) | Key.case8
    }

    /// One of the slots: a sum that happens to be another one for each name of the table.
    @inline(__always)
    static func slot(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
        let ends = Int(bytes[range.lowerBound] | 0x20) &+ Int(bytes[range.upperBound &- 1] | 0x20)
        return (range.count &+ ends) & (slotCount &- 1)
    }
}
