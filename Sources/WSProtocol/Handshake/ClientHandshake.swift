// The client's side of the opening handshake (RFC 6455 §4.1). The nonce comes from the caller, so a test is a replay. An
// answer that is not exactly what §4.1 demands fails, with the status and the fields for who wants to follow a redirection.
import Digest

/// A handshake we began: the request to send, then the answer as it comes.
package struct ClientHandshake: Sendable {
    /// What the answer means so far.
    package enum Progress: Sendable {
        case incomplete
        /// The connection is open. `consumed` bytes of the last piece belong to the answer; frames follow. `subprotocol` is
        /// what the server chose.
        case accepted(consumed: Int, subprotocol: String?)
        case failed(Failure)
    }

    /// Why there is no connection.
    package struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
        /// The status of the answer, when there was one.
        package let status: Int?
        /// A sentence; what it shows of the peer's bytes is quoted and cut.
        package let reason: String
        /// The fields of an answer that is no 101: `Location` of a redirection, `WWW-Authenticate` of a 401 are the caller's to follow
        /// (RFC 6455 §4.1).
        package let fields: [HTTPField]
        /// The beginning of the answer's body, as far as it had come.
        package let bodyStart: [UInt8]

        /// The reason, and the beginning of the body, which often says more.
        package var description: String {
            let body = bodyStart.isEmpty ? "" : " " + Quoted.text(bodyStart, limit: 120)
            return reason + body
        }
    }

    /// The bytes to send.
    package let request: [UInt8]
    /// What the answer agreed on, once it is accepted; nil: messages are not compressed.
    package private(set) var deflate: PermessageDeflate?
    private let key: String
    private let subprotocols: [String]
    private let deflateOffers: [DeflateOffer]
    private var received: [UInt8] = []
    private var search = HeadSearch()
    private var interimCount = 0

    /// Interim answers that may come before the real one (RFC 9110 §15.2).
    static let interimAnswersMax = 8

    /// `host` goes into `Host` ("example.org:8000"), `path` is the encoded path with query, `nonce` 16 random bytes, fresh for each
    /// connection. The texts are ours or the configuration's: they must not hold control bytes, the path no fragment, and the
    /// subprotocols are tokens, none twice (RFC 6455 §3, §4.1).
    package init(
        host: String, path: String, headers: [HTTPField] = [], subprotocols: [String] = [],
        deflateOffers: [DeflateOffer] = [], nonce: [UInt8]
    ) {
        precondition(nonce.count == 16, "the nonce is 16 random bytes")
        precondition(Authority(host) != nil, "a host with an optional port")
        precondition(
            subprotocols.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(ByteClass.isToken) }
                && Set(subprotocols).count == subprotocols.count, "subprotocols are tokens, none twice")
        key = String(decoding: Base64.encode(nonce.span), as: UTF8.self)
        self.subprotocols = subprotocols
        self.deflateOffers = deflateOffers
        var fields = [
            HTTPField("Host", host),
            HTTPField("Upgrade", "websocket"),
            HTTPField("Connection", "Upgrade"),
            HTTPField("Sec-WebSocket-Key", key),
            HTTPField("Sec-WebSocket-Version", "13"),
        ]
        if !subprotocols.isEmpty {
            fields.append(HTTPField("Sec-WebSocket-Protocol", subprotocols.joined(separator: ", ")))
        }
        if !deflateOffers.isEmpty {
            fields.append(HTTPField("Sec-WebSocket-Extensions", DeflateOffer.text(of: deflateOffers)))
        }
        fields += headers
        precondition(
            path.utf8.first == UInt8(ascii: "/") && path.utf8.allSatisfy(ByteClass.isTarget), "a percent-encoded path")
        precondition(fields.allSatisfy(\.isSafe), "a header field without control bytes")
        let lines = ["GET \(path) HTTP/1.1"] + fields.map { "\($0.name): \($0.value)" }
        request = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }

    /// Takes the next piece of the answer.
    package mutating func receive(_ bytes: Span<UInt8>) -> Progress {
        received.append(copying: bytes)
        do {
            while let (head, consumed) = try nextHead() {
                // RFC 9110 §15.2 — an interim answer nobody asked for is passed over; 101 is the one we asked for.
                if (100..<200).contains(head.status), head.status != 101,
                    interimCount < ClientHandshake.interimAnswersMax
                {
                    received.removeFirst(consumed)
                    search = HeadSearch()
                    interimCount += 1
                    continue
                }
                return judge(head, consumed: consumed, pieceCount: bytes.count)
            }
            return .incomplete
        } catch {
            return .failed(Failure(status: nil, reason: error.reason, fields: [], bodyStart: []))
        }
    }

    private mutating func nextHead() throws(HTTPRefusal) -> (head: ResponseHead, consumed: Int)? {
        let received = self.received
        return try ResponseHead.parse(received.span, search: &search, limits: HTTPLimits())
    }

    private mutating func judge(_ head: ResponseHead, consumed: Int, pieceCount: Int) -> Progress {
        guard let reason = problem(head) ?? judgeExtensions(head) else {
            let subprotocol = head.fields.first(.secWebSocketProtocol)
            return .accepted(consumed: pieceCount - (received.count - consumed), subprotocol: subprotocol)
        }
        let body = Array(received[consumed...].prefix(256))
        return .failed(Failure(status: head.status, reason: reason, fields: head.fields.all, bodyStart: body))
    }

    /// The server ended TCP before the answer was complete.
    package func receiveEndOfStream() -> Failure {
        Failure(
            status: nil, reason: "The server closed the connection before it answered the handshake.", fields: [],
            bodyStart: [])
    }

    /// RFC 6455 §4.1, the client's checks of the answer, in its order.
    private func problem(_ head: ResponseHead) -> String? {
        let fields = head.fields
        guard head.status == 101 else { return "The server answered the handshake with status \(head.status)." }
        // RFC 9110 §7.8 — there is no upgrade in HTTP/1.0.
        guard head.minorVersion > 0 else { return "The answer says 101 in HTTP/1.0, which knows no upgrade." }
        let upgrades = fields.elements(of: .upgrade)
        guard upgrades.count == 1, fields.lists("websocket", in: .upgrade) else {
            return "The answer does not say \"Upgrade: websocket\"."
        }
        guard fields.lists("upgrade", in: .connection) else {
            return "The answer does not say \"Connection: Upgrade\"."
        }
        guard fields.values(of: .secWebSocketAccept) == [AcceptKey.of(key)] else {
            return "The answer's Sec-WebSocket-Accept does not belong to our key."
        }
        let chosen = fields.values(of: .secWebSocketProtocol)
        guard chosen.count <= 1, chosen.allSatisfy(subprotocols.contains) else {
            return
                "The server chose the subprotocol \(Quoted.text(chosen.joined(separator: ", "))), which was not offered."
        }
        return nil
    }

    /// RFC 6455 §4.1 item 5, RFC 7692 §5.1 — only what was offered, in a form that answers an offer.
    private mutating func judgeExtensions(_ head: ResponseHead) -> String? {
        do {
            deflate = try DeflateOffer.judge(head.fields.values(of: .secWebSocketExtensions), to: deflateOffers)
            return nil
        } catch {
            return error.reason
        }
    }
}
