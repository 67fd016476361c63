// What a client must draw anew each time: the nonce of its handshake (RFC 6455 §4.1) and the masking key of each frame (§5.3). Whether it is drawn well
// nobody can see from outside; that it is not drawn at all can be seen.

enum ClientRandomnessCases {
    static let all: [ClientCase] = [freshNonce, freshMasks]

    private static let freshNonce = ClientCase(
        "request/key-is-fresh", "RFC 6455 §4.1", .must, "the key is another one than those of earlier connections"
    ) { visit throws(CaseStop) in
        guard !visit.earlierKeys.isEmpty else { throw .skipped("this is the client's first connection") }
        let keys = visit.request.values("sec-websocket-key")
        guard let key = keys.first, !visit.earlierKeys.contains(key) else {
            throw .failed(
                expected: "a key that was not there before", came: keys.first ?? "no key",
                why: "RFC 6455 §4.1, number 7: the nonce must be selected randomly for each connection")
        }
        try visit.open().leave()
    }

    private static let frameCount = 8

    private static let freshMasks = ClientCase(
        "masking/keys-are-fresh", "RFC 6455 §5.3", .must, "each frame has a masking key of its own"
    ) { visit throws(CaseStop) in
        let peer = try visit.open()
        defer { peer.leave() }
        for number in 0..<frameCount {
            let payload = Array("message \(number)".utf8)
            peer.send(HandFrame(HandFrame.Opcode.text, payload))
            try peer.expectMessage(.text, payload, "RFC 6455 §6.2: a message has been received")
        }
        let keys = peer.maskingKeys.map { $0.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } }
        let steps = Set(zip(keys, keys.dropFirst()).map { $1 &- $0 })
        // Also 1, 2, 3 … is no draw. By chance it happens once in 2^192 runs.
        guard keys.count < frameCount || steps.count > 1 else {
            throw .failed(
                expected: "\(frameCount) keys that cannot be told from each other",
                came: peer.maskingKeys.map { Hexadecimal.text($0) }.joined(separator: ", "),
                why:
                    "RFC 6455 §5.3: the client must pick a fresh masking key, and no key may make the next one simple to predict"
            )
        }
    }
}
