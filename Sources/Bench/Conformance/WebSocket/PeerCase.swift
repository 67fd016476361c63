// A case on an established connection. The rules of RFC 6455 §5 to §8 bind both ends, so most cases test servers and clients alike: only the masks
// differ.

struct PeerCase: Sendable {
    let id: String
    let section: String
    let level: ConformanceLevel
    let sentence: String
    /// What permessage-deflate must be agreed on for it; nil: no extension.
    let deflate: DeflateWish?
    /// Returns when it was right.
    let run: @Sendable (WebSocketPeer) throws(CaseStop) -> Void

    init(
        _ id: String, _ section: String, _ level: ConformanceLevel, _ sentence: String, deflate: DeflateWish? = nil,
        run: @escaping @Sendable (WebSocketPeer) throws(CaseStop) -> Void
    ) {
        self.id = id
        self.section = section
        self.level = level
        self.sentence = sentence
        self.deflate = deflate
        self.run = run
    }
}

/// What a case wants of permessage-deflate (RFC 7692 §7.1). "Theirs" is the direction from the program under test to us.
struct DeflateWish: Sendable {
    var theirWindowBits: Int?
    var theirNoContextTakeover = false
    var ourWindowBits: Int?
    var ourNoContextTakeover = false
    /// Of our compressor.
    var level = 6
    /// For cases with bytes of their own, which need just this agreement about our direction; else they are skipped.
    var needsOurContext = false
    var needsOurNoContext = false
    var ourWindowBitsExactly: Int?
    var ourWindowBitsAtLeast: Int?
}
