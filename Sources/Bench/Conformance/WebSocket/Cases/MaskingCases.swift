// Masks: RFC 6455 §5.1 (who masks) and §5.3 (how).

enum MaskingCases {
    static let all = wrongMask + keys

    private static var wrongMask: [PeerCase] {
        [
            ("text", HandFrame.text("not for you")), ("binary", HandFrame(2, [1, 2, 3])), ("empty-text", HandFrame(1)),
            ("ping", HandFrame(9, [1])), ("empty-ping", HandFrame(9)), ("pong", HandFrame(10, [1])),
            ("close", HandFrame.close(1000)), ("first-fragment", HandFrame(1, [65], isFinal: false)),
            ("text-126", HandFrame(1, [UInt8](repeating: 65, count: 126))),
            ("text-65536", HandFrame(1, [UInt8](repeating: 65, count: 65_536))),
        ].map { name, frame in
            PeerCase(
                "masking/wrong-\(name)", "RFC 6455 §5.1", .must,
                "a server closes the connection upon a frame without a mask, a client upon one with a mask (\(name))"
            ) { peer throws(CaseStop) in
                var frame = frame
                frame.isMasked = !peer.isClient
                peer.send(frame)
                // A fragment alone shows nothing: what follows is right.
                if !frame.isFinal { peer.send(HandFrame(0, [66])) }
                try peer.expectFailed(
                    peer.isClient
                        ? "RFC 6455 §5.1: the server must close the connection upon receiving a frame that is not masked"
                        : "RFC 6455 §5.1: a client must close a connection if it detects a masked frame")
            }
        }
            + [
                PeerCase(
                    "masking/wrong-continuation", "RFC 6455 §5.1", .must,
                    "the mask of each fragment counts, not only that of the first"
                ) { peer throws(CaseStop) in
                    peer.send(HandFrame(1, [65], isFinal: false), HandFrame(0, [66], isMasked: !peer.isClient))
                    try peer.expectFailed("RFC 6455 §5.1: all frames are masked, or none")
                }
            ]
    }

    /// Every value of a key byte's place, at lengths around the width of words.
    private static var keys: [PeerCase] {
        let keys: [[UInt8]] = [
            [0, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF], [1, 2, 3, 4], [0x80, 0, 0, 0], [0, 0, 0, 1],
            [0x37, 0xFA, 0x21, 0x3D],
        ]
        return keys.map { key in
            PeerCase(
                "masking/key-\(key.map { Hexadecimal.text([$0]) }.joined())", "RFC 6455 §5.3", .must,
                "payloads of 0 to 70 bytes are unmasked with this key (a client under test reads them as they are)"
            ) { peer throws(CaseStop) in
                let payloads = (0...70).map { MessageCases.payload(.binary, $0, seed: 7) }
                peer.send(payloads.map { HandFrame(2, $0, key: key) })
                for payload in payloads {
                    try peer.expectMessage(.binary, payload, "RFC 6455 §5.3: byte i is masked with key byte i modulo 4")
                }
            }
        }
    }
}
