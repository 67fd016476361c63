// The client's side of the opening handshake: the same verdict for every cut, and an answer is accepted only when a plain reading of
// RFC 6455 §4.1 finds the same in it.
//
// Options: 1 the status line is given, 2 also Upgrade and Connection, 4 also the right Sec-WebSocket-Accept, 8 subprotocols were
// offered, 16 the head is ended, 32 compression was offered.

import WSProtocol

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzClientHandshake(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard let input = FuzzCase(start, count) else { return -1 }
    var given = input.has(1) ? statusLine : []
    if input.has(2) { given += upgradeFields }
    if input.has(4) { given += acceptField }
    let text = given + input.bytes + (input.has(16) ? [13, 10, 13, 10] : [])
    var whole = client(input)
    let verdict = Verdict(whole.receive(text.span), before: 0)
    var cut = client(input)
    var other = Verdict.incomplete
    var before = 0
    let cuts = [given.count] + input.pieces.map { given.count + $0.upperBound } + [text.count]
    for end in cuts where other == .incomplete {
        other = Verdict(cut.receive(text.span.extracting(before..<end)), before: before)
        before = end
    }
    demand(verdict == other, "any cut gives the same: \(verdict) and \(other)")
    demand(whole.deflate == cut.deflate && (whole.deflate == nil || input.has(32)), "only what was offered")
    demand(whole.receiveEndOfStream().status == nil, "an end is no answer")
    if case .accepted(let consumed, let subprotocol) = verdict {
        check(lastHead(text[..<consumed]), subprotocol, input)
        var other = client(input)
        let isAccepted = if case .accepted = other.receive(([13, 10] + text).span) { true } else { false }
        demand(!isAccepted, "an answer begins with its status line")
    }
    return 0
}

// RFC 6455 §1.3 — the example's nonce and what belongs to it.
private let statusLine = Array("HTTP/1.1 101 Switching Protocols\r\n".utf8)
private let upgradeFields = Array("Upgrade: websocket\r\nConnection: Upgrade\r\n".utf8)
private let acceptField = Array("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n".utf8)

/// Made once: a copy of a client that has heard nothing is one too.
private let clients = [[], [DeflateOffer()]].flatMap { offers in
    [[], ["a", "b"]].map { subprotocols in
        ClientHandshake(
            host: "example.org", path: "/", subprotocols: subprotocols, deflateOffers: offers,
            nonce: Array("the sample nonce".utf8))
    }
}

private func client(_ input: FuzzCase) -> ClientHandshake { clients[(input.has(8) ? 1 : 0) + (input.has(32) ? 2 : 0)] }

private enum Verdict: Equatable {
    case incomplete
    case accepted(consumed: Int, subprotocol: String?)
    /// What is quoted of the body depends on how much of it has come.
    case failed(status: Int?, reason: String)

    init(_ progress: ClientHandshake.Progress, before: Int) {
        switch progress {
        case .incomplete: self = .incomplete
        case .accepted(let consumed, let subprotocol):
            self = .accepted(consumed: before + consumed, subprotocol: subprotocol)
        case .failed(let failure):
            demand(failure.bodyStart.count <= 256 && !failure.description.isEmpty, "little is kept of the body")
            self = .failed(status: failure.status, reason: failure.reason)
        }
    }
}

/// Interim answers may come before the one that counts (RFC 9110 §15.2).
private func lastHead(_ heads: ArraySlice<UInt8>) -> [UInt8] {
    var head = heads
    while head.count > 12, head[head.startIndex + 9] == UInt8(ascii: "1"), !head.dropFirst(9).starts(with: "101".utf8) {
        let end = head.indices.first { head[$0...].starts(with: [13, 10, 13, 10]) }
        head = head[((end ?? head.endIndex - 4) + 4)...]
    }
    return Array(head)
}

private func check(_ head: [UInt8], _ subprotocol: String?, _ input: FuzzCase) {
    demand(head.suffix(4) == [13, 10, 13, 10], "a head ends with an empty line")
    demand(head.starts(with: "HTTP/1.".utf8) && head[9..<12].elementsEqual("101".utf8), "status 101")
    let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n").dropFirst().map { line in
        let parts = line.split(separator: ":", maxSplits: 1)
        let value = parts.count > 1 ? String(decoding: parts[1].utf8.drop { $0 == 32 || $0 == 9 }, as: UTF8.self) : ""
        return (name: parts[0].lowercased(), value: value)
    }
    func values(_ name: String) -> [String] { lines.filter { $0.name == name }.map(\.value) }
    demand(values("sec-websocket-accept").count == 1, "one Accept")
    demand(values("sec-websocket-accept")[0].hasPrefix("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), "the one of our nonce")
    demand(values("upgrade").joined().lowercased().utf8.count >= 9, "Upgrade is there")
    demand(!values("connection").isEmpty, "Connection is there")
    if let subprotocol { demand(input.has(8) && ["a", "b"].contains(subprotocol), "one that was offered") }
    for value in values("sec-websocket-extensions") where !input.has(32) {
        demand(value.utf8.allSatisfy { $0 == 0x2C || $0 == 0x20 || $0 == 9 }, "no extension was offered")
    }
}
