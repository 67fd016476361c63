// The server's side of the opening handshake (RFC 6455 §4.2). 101 only for a request that is valid in every point; what is not is
// refused with the status that fits and the connection closes (faults W12, W13).
import Digest

/// Checks upgrade requests and writes the answer.
package enum ServerHandshake {
    /// The only version there is (RFC 6455 §4.4).
    static let version: StaticString = "13"

    /// The upgrade request that `head` is, or the refusal to answer with.
    package static func validate(_ head: RequestHead) throws(HTTPRefusal) -> UpgradeRequest {
        // RFC 6455 §4.2.1 item 1 — a GET in HTTP/1.1 or higher.
        guard head.method == .get else {
            throw HTTPRefusal(
                .methodNotAllowed,
                "A WebSocket handshake is a GET request, not \(head.method.rawValue); use GET.",
                headers: [HTTPField("Allow", "GET")])
        }
        guard head.minorVersion > 0 else {
            throw HTTPRefusal(
                .badRequest,
                "A WebSocket handshake needs HTTP/1.1; HTTP/1.0 was sent, a proxy may have done so: let it use 1.1.")
        }
        try checkUpgrade(head)
        try checkVersion(head)
        guard head.body == .none || head.body == .length(0) else {
            throw HTTPRefusal(.badRequest, "A WebSocket handshake has no body; send none.")
        }
        let key = try key(head)
        try checkSubprotocols(head)
        try checkExtensions(head)
        return UpgradeRequest(key: key, fields: head.fields)
    }

    /// The 101 answer. `subprotocol` is one of those the client offered, `extensions` what was agreed on.
    package static func response(
        to request: UpgradeRequest, subprotocol: String? = nil, extensions: String? = nil
    ) -> [UInt8] {
        var output: [UInt8] = []
        appendResponse(to: request, subprotocol: subprotocol, extensions: extensions, to: &output)
        return output
    }

    /// Appends the 101 answer.
    package static func appendResponse(
        to request: UpgradeRequest, subprotocol: String? = nil, extensions: String? = nil, to output: inout [UInt8]
    ) {
        // RFC 6455 §4.2.2 — only what the client asked for.
        precondition(subprotocol.map(request.subprotocols.contains) ?? true, "a subprotocol that the client named")
        guard isFieldContent(subprotocol), isFieldContent(extensions) else {
            // Whatever it was handed, no peer writes a field of its own through us (row H7).
            output += HTTPResponse(.internalServerError, text: "A field of the answer held a control byte.\n")
                .encode(keepAlive: false)
            return
        }
        // RFC 6455 §4.2.2 item 5.
        let key = request.key
        let accept = AcceptText.of(key.span)
        output.append("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ")
        output.append(copying: accept.span)
        if let subprotocol {
            output.append("\r\nSec-WebSocket-Protocol: ")
            output.append(contentsOf: subprotocol.utf8)
        }
        if let extensions {
            output.append("\r\nSec-WebSocket-Extensions: ")
            output.append(contentsOf: extensions.utf8)
        }
        output.append("\r\nConnection: Upgrade\r\n\r\n")
    }

    /// RFC 6455 §4.2.1 items 3 and 4. Both are lists, may stand in several fields, any case.
    private static func checkUpgrade(_ head: RequestHead) throws(HTTPRefusal) {
        guard head.asksForWebSocket else {
            // RFC 9110 §15.5.22 — 426 names the protocol to upgrade to.
            throw HTTPRefusal(
                .upgradeRequired, "This address speaks WebSocket; send \"Upgrade: websocket\".",
                headers: [HTTPField("Upgrade", "websocket"), HTTPField("Sec-WebSocket-Version", "\(version)")])
        }
        guard head.fields.lists("upgrade", in: .connection) else {
            throw HTTPRefusal(
                .badRequest, "The Connection field does not name Upgrade; a proxy may have removed it: let it pass.")
        }
    }

    /// RFC 6455 §4.2.1 item 6, §4.4 — exactly "13", once; else 426 with the version we speak.
    private static func checkVersion(_ head: RequestHead) throws(HTTPRefusal) {
        guard head.fields.isOnly(version, in: .secWebSocketVersion) else {
            let versions = head.fields.values(of: .secWebSocketVersion)
            let sent = versions.isEmpty ? "missing" : Quoted.text(versions.joined(separator: ", "))
            throw HTTPRefusal(
                .upgradeRequired, "The Sec-WebSocket-Version is \(sent); use 13.",
                headers: [HTTPField("Upgrade", "websocket"), HTTPField("Sec-WebSocket-Version", "\(version)")])
        }
    }

    /// RFC 6455 §4.2.1 item 5 — one key that decodes to 16 bytes.
    private static func key(_ head: RequestHead) throws(HTTPRefusal) -> InlineArray<24, UInt8> {
        guard let place = head.fields.only(.secWebSocketKey) else {
            throw HTTPRefusal(
                .badRequest,
                head.fields.contains(.secWebSocketKey)
                    ? "The request has more than one Sec-WebSocket-Key; send one."
                    : "The Sec-WebSocket-Key is missing; send 16 random bytes in Base64.")
        }
        let key = head.fields.withBytes(in: place) { text in
            AcceptKey.isValid(text) ? InlineArray<24, UInt8> { text[$0] } : nil
        }
        guard let key else {
            let text = head.fields.first(.secWebSocketKey) ?? ""
            throw HTTPRefusal(
                .badRequest, "The Sec-WebSocket-Key \(Quoted.text(text)) is not 16 bytes in Base64; send a fresh one.")
        }
        return key
    }

    private static func isFieldContent(_ text: String?) -> Bool {
        text?.utf8.allSatisfy(ByteClass.isFieldContent) ?? true
    }

    /// RFC 6455 §4.1 item 10, §11.3.4 — a list of tokens. An empty field counts as none: clients in use send it.
    private static func checkSubprotocols(_ head: RequestHead) throws(HTTPRefusal) {
        let values = head.fields.values(of: .secWebSocketProtocol)
        guard values.contains(where: { !$0.isEmpty }) else { return }
        let names = head.fields.elements(of: .secWebSocketProtocol)
        guard !names.isEmpty else {
            throw HTTPRefusal(.badRequest, "The Sec-WebSocket-Protocol names no subprotocol; leave it out.")
        }
        if let bad = names.first(where: { !$0.utf8.allSatisfy(ByteClass.isToken) }) {
            throw HTTPRefusal(.badRequest, "The subprotocol \(Quoted.text(bad)) is not a token; correct it.")
        }
        guard Set(names).count == names.count else {
            throw HTTPRefusal(.badRequest, "The Sec-WebSocket-Protocol names a subprotocol twice; name each once.")
        }
    }

    /// RFC 6455 §9.1 — what does not fit the grammar fails the connection; what it offers is another matter (`DeflatePolicy`).
    private static func checkExtensions(_ head: RequestHead) throws(HTTPRefusal) {
        guard head.fields.allValues(of: .secWebSocketExtensions, satisfy: ExtensionList.isWellFormed) else {
            let values = head.fields.values(of: .secWebSocketExtensions).joined(separator: ", ")
            throw HTTPRefusal(
                .badRequest,
                "The Sec-WebSocket-Extensions \(Quoted.text(values, limit: 120)) is malformed; correct it.")
        }
    }
}
