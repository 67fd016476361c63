// Lengths that a sender must not write. What their receiver does is its own choice (RFC 6455 §10.7: it may drop the connection): to understand them as they
// are meant, or to refuse them. Misreading them, or waiting for 2^63 bytes, is neither.

enum LengthCases {
    static let all = notShortest + tooLong

    private static var notShortest: [PeerCase] {
        let forms: [(Int, String, HandFrame.Length)] = [
            (0, "16", .in16), (1, "16", .in16), (125, "16", .in16), (0, "64", .in64), (1, "64", .in64),
            (125, "64", .in64),
            (126, "64", .in64), (65_535, "64", .in64),
        ]
        return forms.flatMap { count, bits, length in
            [WebSocketPeer.Kind.text, .binary].map { kind in
                PeerCase(
                    "length/\(kind.rawValue)-\(count)-in-\(bits)-bits", "RFC 6455 §5.2, §10.7", .must,
                    "a length of \(count) written in \(bits) bits is either refused or understood"
                ) { peer throws(CaseStop) in
                    let payload = MessageCases.payload(kind, count)
                    var frame = MessageCases.frame(kind, payload)
                    frame.length = length
                    peer.send(frame)
                    try peer.expectMessageOrFailure(kind, payload)
                }
            }
        }
    }

    private static var tooLong: [PeerCase] {
        [
            ("top-bit", UInt64(1) << 63), ("all-ones", UInt64.max), ("top-bit-and-five", UInt64(1) << 63 | 5),
        ].flatMap { name, count in
            [("text", HandFrame(1, Array("hello".utf8))), ("binary", HandFrame(2, Array("hello".utf8)))].map {
                kind, frame in
                PeerCase(
                    "length/\(kind)-\(name)", "RFC 6455 §5.2, §10.7", .should,
                    "a 64-bit length with its most significant bit set is refused"
                ) { peer throws(CaseStop) in
                    var frame = frame
                    frame.length = .declared(count)
                    peer.send(frame)
                    try peer.expectFailed(
                        "RFC 6455 §5.2: the most significant bit must be 0; §10.7: an endpoint that gets invalid data should send a Close"
                    )
                }
            }
        }
            + [
                PeerCase(
                    "length/huge-and-lawful", "RFC 6455 §7.4.1, §10.4", .may,
                    "a frame that declares 2^62 bytes is refused before they come"
                ) { peer throws(CaseStop) in
                    peer.send(HandFrame(2, [1, 2, 3], length: .declared(1 << 62)))
                    try peer.expectFailed("RFC 6455 §10.4: an implementation should limit the size of frames")
                }
            ]
    }
}
