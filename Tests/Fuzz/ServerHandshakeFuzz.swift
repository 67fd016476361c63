// The server's side of the opening handshake: 101 only for a request that a plain reading of RFC 6455 §4.2.1 allows too, and our
// client takes the answer; with the key of that client. Also whole requests of our own client, with any nonce, and the digests.
//
// Options: 1 the request line and Host are given, 2 also Upgrade, Connection and Version, 4 also a key, 8 a request of our client,
// 16 SHA-1 and Base64 of the bytes.

import Digest
import WSProtocol

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzServerHandshake(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard let input = FuzzCase(start, count) else { return -1 }
    if input.has(16) {
        checkDigests(input)
        return 0
    }
    if input.has(8) {
        checkRoundTrip(input)
        return 0
    }
    var text = input.has(1) ? requestStart : []
    if input.has(2) { text += upgradeFields }
    if input.has(4) { text += keyField }
    text += input.bytes
    if input.has(1) { text += [13, 10, 13, 10] }
    var search = HeadSearch()
    guard let found = try? RequestHead.parse(text.span, search: &search, limits: HTTPLimits()) else { return 0 }
    let request: UpgradeRequest
    do throws(HTTPRefusal) {
        request = try ServerHandshake.validate(found.head)
    } catch {
        demand((400...501).contains(error.status.rawValue), "a refusal is the client's fault: \(error.status.rawValue)")
        let answer = error.response()
        demand(answer.starts(with: "HTTP/1.1 \(error.status.rawValue) ".utf8), "a refusal is an answer")
        return 0
    }
    check(request, found.head)
    return 0
}

private let requestStart = Array("GET /c HTTP/1.1\r\nHost: example.org\r\n".utf8)
private let upgradeFields = Array("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n".utf8)
private let keyField = Array("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n".utf8)

/// RFC 6455 §4.2.1, read once more.
private func check(_ request: UpgradeRequest, _ head: RequestHead) {
    func values(_ name: String) -> [String] { head.fields.all.filter { $0.name.lowercased() == name }.map(\.value) }
    func words(_ name: String) -> [String] {
        values(name).joined(separator: ",").split(separator: ",").map { word in
            String(decoding: word.utf8.drop { $0 == 32 || $0 == 9 }, as: UTF8.self).lowercased()
        }
    }
    demand(head.method == .get && head.minorVersion == 1 && head.authority != nil, "a GET of HTTP/1.1 with a host")
    demand(words("upgrade").contains { $0.hasPrefix("websocket") }, "Upgrade names websocket")
    demand(words("connection").contains { $0.hasPrefix("upgrade") }, "Connection names Upgrade")
    demand(values("sec-websocket-version") == ["13"], "version 13, once")
    let key = String(decoding: request.key.indices.map { request.key[$0] }, as: UTF8.self)
    demand(values("sec-websocket-key") == [key], "one key")
    demand(key.utf8.count == 24 && key.hasSuffix("=="), "16 bytes in Base64")
    demand(values("transfer-encoding").isEmpty, "no body")
    let response = ServerHandshake.response(to: request)
    demand(
        response.starts(with: "HTTP/1.1 101 ".utf8) && response.suffix(4) == [13, 10, 13, 10], "an answer of one head")
    let nonce = Base64.decode(Array(key.utf8).span)
    guard let nonce, nonce.count == 16 else { fatalError("PROPERTY BROKEN: the key \(key) is 16 bytes") }
    var client = ClientHandshake(host: "example.org", path: "/c", nonce: nonce)
    guard case .accepted(let consumed, nil) = client.receive(response.span) else {
        fatalError("PROPERTY BROKEN: the client whose key it was takes the answer")
    }
    demand(consumed == response.count, "the whole answer")
}

private func checkRoundTrip(_ input: FuzzCase) {
    var nonce = Array(input.bytes.prefix(16))
    nonce += [UInt8](repeating: 7, count: 16 - nonce.count)
    var client = ClientHandshake(
        host: "example.org:80", path: "/", subprotocols: ["a", "b"], deflateOffers: [DeflateOffer()],
        nonce: nonce)
    var search = HeadSearch()
    guard let found = try? RequestHead.parse(client.request.span, search: &search, limits: HTTPLimits()),
        let request = try? ServerHandshake.validate(found.head)
    else { fatalError("PROPERTY BROKEN: our server takes our client's request") }
    demand(request.subprotocols == ["a", "b"] && found.consumed == client.request.count, "as it was sent")
    let frames = Array(input.bytes.dropFirst(16))
    let compression = DeflatePolicy().accept(request.offers)
    let answer = ServerHandshake.response(to: request, subprotocol: "b", extensions: compression?.answer)
    guard case .accepted(let consumed, "b") = client.receive((answer + frames).span) else {
        fatalError("PROPERTY BROKEN: our client takes our server's answer")
    }
    demand(consumed == answer.count, "the frames behind the answer are not part of it")
    demand(compression != nil && client.deflate == compression?.agreed, "both agree on the compression")
    // Row H7: whatever stands in a value, it stays one.
    let any = ServerHandshake.response(to: request, extensions: String(decoding: frames, as: UTF8.self))
    let isRefused = any.starts(with: "HTTP/1.1 500 ".utf8)
    demand(isRefused || any.count { $0 == 13 } == 6 && any.count { $0 == 10 } == 6, "as many lines as we write")
    demand(isRefused || !frames.contains { $0 < 0x20 && $0 != 9 || $0 == 0x7F }, "no control byte in a field")
}

/// FIPS 180-4 in pieces as at once; RFC 4648 §4 there and back, and one text for each value.
private func checkDigests(_ input: FuzzCase) {
    var hasher = SHA1()
    for piece in input.pieces { hasher.update(input.bytes.span.extracting(piece)) }
    demand(hasher.finalize() == SHA1.hash(input.bytes.span), "any cut has the same digest")
    if input.bytes.count >= AcceptText.keyByteCount {
        let key = Array(input.bytes.prefix(AcceptText.keyByteCount))
        let accept = AcceptText.of(key.span)
        let digest = SHA1.hash((key + Array("258EAFA5-E914-47DA-95CA-C5AB0DC85B11".utf8)).span)
        demand(accept.indices.map { accept[$0] } == Base64.encode(digest.span), "the accept key of any 24 bytes")
    }
    let text = Base64.encode(input.bytes.span)
    demand(text.count == (input.bytes.count + 2) / 3 * 4 && Base64.decode(text.span) == input.bytes, "there and back")
    let decoded = Base64.decode(input.bytes.span)
    demand(Base64.decodedCount(input.bytes.span) == decoded?.count, "as many as are counted")
    if let decoded { demand(Base64.encode(decoded.span) == input.bytes, "one text for each value") }
}
