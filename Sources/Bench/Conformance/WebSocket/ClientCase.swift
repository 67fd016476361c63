// A case for a client under test: it has connected, its request has been read, and the answer is the case's.

import Digest
import EventLoop

/// One connection of the client under test, with its request.
struct ClientVisit {
    let socket: PatientSocket
    let request: HTTPHead
    let attempt: CaseAttempt
    /// The keys of the client's connections before this one.
    var earlierKeys: Set<String> = []

    /// What the answer must say: RFC 6455 §4.2.2. nil: the request has no key, or several.
    var accept: String? {
        let keys = request.values("sec-websocket-key")
        guard keys.count == 1, let key = keys.first else { return nil }
        var hash = SHA1()
        let text = Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)
        hash.update(text.span)
        let digest = hash.finalize()
        return String(decoding: Base64.encode(digest.span), as: UTF8.self)
    }

    /// Offers of permessage-deflate that could be accepted.
    var offers: [DeflateParameters] {
        DeflateParameters.read(request.values("sec-websocket-extensions"))
            .filter { $0.name == "permessage-deflate" && $0.problem == nil }
    }

    /// Opens the connection as it should be.
    func open(extensions: String? = nil) throws(CaseStop) -> WebSocketPeer {
        guard let accept else { throw ClientVisit.noKey }
        var lines = [
            "HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
            "Sec-WebSocket-Accept: \(accept)",
        ]
        if let extensions { lines.append("Sec-WebSocket-Extensions: \(extensions)") }
        // A browser that asked for a subprotocol fails without one (HTML, WebSockets §2).
        let protocols = request.values("sec-websocket-protocol").first
        if let first = protocols?.utf8.split(separator: UInt8(ascii: ",")).first {
            lines.append("Sec-WebSocket-Protocol: \(String(Substring(first)))")
        }
        socket.send(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8))
        attempt.begin(after: "the opening handshake" + (extensions.map { ", which agreed on \($0)" } ?? ""))
        return WebSocketPeer(socket, attempt, isClient: false, comparesKinds: true)
    }

    /// The same with compression as a case wants it; skipped when the client's offers do not allow it.
    func open(_ wish: DeflateWish) throws(CaseStop) -> WebSocketPeer {
        guard let offer = offers.first else { throw .skipped("the client does not offer permessage-deflate") }
        var answer = DeflateParameters()
        answer.serverNoContextTakeover =
            wish.ourNoContextTakeover || wish.needsOurNoContext || offer.serverNoContextTakeover
        answer.clientNoContextTakeover = wish.theirNoContextTakeover
        if wish.needsOurContext, offer.serverNoContextTakeover {
            throw .skipped("the client wants server_no_context_takeover")
        }
        let mostBits = offer.serverMaxWindowBits ?? 15
        let ours = min(wish.ourWindowBitsExactly ?? wish.ourWindowBits ?? 15, mostBits)
        if let least = wish.ourWindowBitsAtLeast, ours < least {
            throw .skipped("the client wants server_max_window_bits=\(mostBits)")
        }
        if offer.serverMaxWindowBits != nil || ours < 15 { answer.serverMaxWindowBits = ours }
        if let theirs = wish.theirWindowBits {
            guard let most = offer.clientMaxWindowBits, most == 0 || theirs <= most else {
                throw .skipped("the client does not offer client_max_window_bits")
            }
            answer.clientMaxWindowBits = theirs
        }
        let peer = try open(extensions: answer.text)
        peer.deflate = PeerDeflate(
            theirWindowBits: wish.theirWindowBits ?? 15, theirNoContextTakeover: wish.theirNoContextTakeover,
            ourWindowBits: ours, ourNoContextTakeover: answer.serverNoContextTakeover, level: wish.level)
        if wish.theirWindowBits == 8 { try skipIfRefused(peer) }
        return peer
    }

    /// RFC 7692 §7: a client that does not support an answer's values must fail the connection. zlib cannot compress with a window of 256 bytes.
    func skipIfRefused(_ peer: WebSocketPeer) throws(CaseStop) {
        switch peer.socket.waitForMore(until: Instant.now().adding(milliseconds: 300)) {
        case .end, .broken:
            throw .skipped("the client does not support client_max_window_bits=8, and fails the connection, as it must")
        case .bytes, .nothing, .tooMuch: return
        }
    }

    static let noKey = CaseStop.failed(
        expected: "one Sec-WebSocket-Key", came: "none, or several",
        why: "RFC 6455 §4.1: the request must include a Sec-WebSocket-Key")
}

struct ClientCase: Sendable {
    /// Its `run` is never called.
    let test: ConformanceCase
    let run: @Sendable (ClientVisit) throws(CaseStop) -> Void

    init(
        _ id: String, _ section: String, _ level: ConformanceLevel, _ sentence: String,
        run: @escaping @Sendable (ClientVisit) throws(CaseStop) -> Void
    ) {
        test = ConformanceCase(id, section, level, sentence) { _ throws(CaseStop) in
            throw .couldNotTest("the client has not asked for this case")
        }
        self.run = run
    }
}
