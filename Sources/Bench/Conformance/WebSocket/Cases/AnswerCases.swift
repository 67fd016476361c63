// What a client sends to open a connection, and which answers it must refuse: RFC 6455 §4.1; RFC 7692 §7.

import EventLoop
import JSON

/// The request: RFC 6455 §4.1.
enum RequestCases {
    static let all: [ClientCase] = [
        check("line", "the request is a GET of HTTP/1.1 or higher", "GET … HTTP/1.1") {
            $0.firstLine.utf8.starts(with: "GET /".utf8) && TextSearch.contains($0.firstLine, " HTTP/1.1")
        },
        check("host", "the request has Host, once", "Host: …") { $0.values("host").count == 1 },
        check("upgrade", "the request has Upgrade with websocket", "Upgrade: websocket") {
            $0.tokens("upgrade").contains("websocket")
        },
        check("connection", "the request has Connection with Upgrade", "Connection: Upgrade") {
            $0.tokens("connection").contains("upgrade")
        },
        check("version", "the request has Sec-WebSocket-Version: 13, once", "Sec-WebSocket-Version: 13") {
            $0.values("sec-websocket-version") == ["13"]
        },
        check("key", "the request has a key of 16 bytes in Base64, once", "Sec-WebSocket-Key: 24 characters") { head in
            let keys = head.values("sec-websocket-key")
            guard keys.count == 1, let key = keys.first?.utf8, key.count == 24, key.suffix(2).elementsEqual("==".utf8)
            else {
                return false
            }
            return key.dropLast(2).allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
                    true
                default: false
                }
            }
        },
    ]

    private static func check(
        _ name: String, _ sentence: String, _ expected: String, _ isRight: @escaping @Sendable (HTTPHead) -> Bool
    ) -> ClientCase {
        ClientCase("request/\(name)", "RFC 6455 §4.1", .must, sentence) { visit throws(CaseStop) in
            guard isRight(visit.request) else {
                let fields = visit.request.fields.map { "\($0.name): \($0.value)" }.joined(separator: "; ")
                throw .failed(
                    expected: expected, came: "\(visit.request.firstLine); \(fields)",
                    why: "RFC 6455 §4.1: what a client's handshake consists of")
            }
            try visit.open().leave()
        }
    }
}

/// The answer: which a client takes, and which it must refuse.
enum AnswerCases {
    static let all = table + otherStatuses + pieces

    private static var table: [ClientCase] { TableText.rows(HandshakeAnswerTable.text).compactMap(make) }

    /// §4.1, numbers 1 to 6 of what a client must check. Everything else an HTTP parser may take or refuse.
    private static let musts = [
        "no-upgrade", "other-upgrade", "upgrade-empty", "no-connection", "connection-close",
        "connection-that-only-contains-the-word", "no-accept", "accept-of-another-key", "accept-in-other-case",
        "accept-empty",
        "accept-that-is-our-key", "extension-nobody-offered", "extension-unknown", "subprotocol-nobody-offered",
        "garbage",
        "status-200", "status-301", "status-400", "status-401", "status-403", "status-404", "status-426", "status-429",
        "status-503", "without-subprotocol", "any-case", "connection-list", "other-reason-phrase", "further-fields",
        "frames-in-the-same-segment", "accept-with-white-space-around",
    ]

    private static func make(_ row: [String]) -> ClientCase? {
        let (name, isAccepted) = (row[0], row[1] == "accept")
        guard !name.utf8.starts(with: "host-".utf8), !name.utf8.starts(with: "path-".utf8),
            let answer = TableText.json(row, from: 3).text
        else { return nil }
        let level: ConformanceLevel = musts.contains(name) ? .must : .may
        let words = String(decoding: name.utf8.map { $0 == UInt8(ascii: "-") ? 0x20 : $0 }, as: UTF8.self)
        return ClientCase(
            "answer/\(name)", row[2], level, (isAccepted ? "accepted: " : "refused: ") + words
        ) { visit throws(CaseStop) in
            if TextSearch.contains(answer, "permessage-deflate"), !visit.offers.isEmpty {
                throw .skipped("the client offers permessage-deflate, which this answer accepts")
            }
            let bytes = try filled(answer, visit)
            visit.socket.send(bytes)
            if isAccepted {
                visit.attempt.begin(after: "the answer \(words)")
                let peer = WebSocketPeer(visit.socket, visit.attempt, isClient: false, comparesKinds: true)
                defer { peer.leave() }
                if name == "frames-in-the-same-segment" { return try expectEchoes(peer) }
                try peer.expectHealthy("\(row[2]): this answer opens the connection")
            } else {
                let is101 = TextSearch.contains(answer, " 101")
                try expectRefusal(
                    visit, is101: is101,
                    why: "\(row[2]): the client must not open the connection upon this answer (\(words))")
            }
        }
    }

    private static func expectEchoes(_ peer: WebSocketPeer) throws(CaseStop) {
        let incoming = try peer.next()
        guard case .message = incoming else {
            throw .failed(
                expected: "the message that came together with the answer", came: incoming.words,
                why: "RFC 6455 §4.1: bytes behind the answer are frames")
        }
    }

    /// The answer's bytes: a byte a character.
    private static func filled(_ answer: String, _ visit: ClientVisit) throws(CaseStop) -> [UInt8] {
        guard let accept = visit.accept, let key = visit.request.values("sec-websocket-key").first else {
            throw ClientVisit.noKey
        }
        var bytes: [UInt8] = []
        var rest = Array(answer.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) })[...]
        let places: [(name: [UInt8], value: String)] = [
            (Array("{accept}".utf8), accept), (Array("{key}".utf8), key),
            (Array("{accept in lower case}".utf8), accept.lowercased()),
            (Array("{accept with a space}".utf8), "\(accept.prefix(16)) \(accept.dropFirst(16))"),
        ]
        while let byte = rest.first {
            if let place = places.first(where: { rest.starts(with: $0.name) }) {
                bytes += Array(place.value.utf8)
                rest = rest.dropFirst(place.name.count)
            } else {
                bytes.append(byte)
                rest = rest.dropFirst()
            }
        }
        return bytes
    }

    /// The client sends no frame, and ends the connection. After an answer of HTTP that is no 101 it may keep it for another request.
    static func expectRefusal(_ visit: ClientVisit, is101: Bool, why: String) throws(CaseStop) {
        visit.socket.send(HandFrame.text("must not be read").bytes(masks: false))
        let patience = is101 ? visit.attempt.deadline() : Instant.now().adding(milliseconds: 500)
        switch visit.socket.waitForMore(until: patience) {
        case .end, .broken: return
        case .nothing where !is101: return
        case .nothing:
            throw .failed(expected: "the end of the connection", came: "nothing; the connection is open", why: why)
        case .bytes, .tooMuch:
            // A Close that fails the connection is a refusal, too.
            if visit.socket.inbox.first.map({ $0 & 0x0F == HandFrame.Opcode.close }) == true { return }
            throw .failed(expected: "the end of the connection", came: "bytes; the connection was opened", why: why)
        }
    }

    /// Numbers 2 to 4 are right: only the status says that nothing was opened.
    private static var otherStatuses: [ClientCase] {
        ["200 OK", "301 Moved Permanently", "400 Bad Request", "403 Forbidden", "426 Upgrade Required"].map { status in
            ClientCase(
                "answer/status-\(status.prefix(3))-otherwise-right", "RFC 6455 §4.1", .must,
                "refused: an answer with the status \(status) and all the fields of a 101"
            ) { visit throws(CaseStop) in
                guard let accept = visit.accept else { throw ClientVisit.noKey }
                let answer =
                    "HTTP/1.1 \(status)\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Accept: \(accept)\r\nContent-Length: 0\r\n\r\n"
                visit.socket.send(Array(answer.utf8))
                try expectRefusal(
                    visit, is101: false,
                    why:
                        "RFC 6455 §4.1, number 1: a status code other than 101 is handled as of HTTP; no connection is opened"
                )
            }
        }
    }

    private static var pieces: [ClientCase] {
        [(1, 0), (2, 0), (7, 0), (1, 1), (40, 20)].map { piece, pause in
            ClientCase(
                "answer/in-pieces-of-\(piece)" + (pause > 0 ? "-slowly" : ""), "RFC 6455 §4.1", .must,
                "accepted: an answer that arrives in pieces of \(piece) bytes"
            ) { visit throws(CaseStop) in
                guard let accept = visit.accept else { throw ClientVisit.noKey }
                let answer =
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Accept: \(accept)\r\n\r\n"
                visit.socket.send(Array(answer.utf8), pieceBytes: piece, pauseMilliseconds: pause)
                visit.attempt.begin(after: "the opening handshake")
                let peer = WebSocketPeer(visit.socket, visit.attempt, isClient: false, comparesKinds: true)
                defer { peer.leave() }
                try peer.expectHealthy("RFC 6455 §4.1: where TCP cuts the answer has no meaning")
            }
        }
    }
}

/// Answers about permessage-deflate: RFC 7692 §7: what does not fit the offer fails the connection.
enum DeflateAnswerCases {
    static let all: [ClientCase] = TableText.rows(DeflateResponseTable.text).map(make)

    private static func make(_ row: [String]) -> ClientCase {
        let (name, isAccepted) = (row[0], row[1] == "accept")
        var fields: [String] = []
        if case .array(let values) = TableText.json(row, from: 3)["fields"] ?? .null {
            fields = values.compactMap(\.text)
        }
        let text = fields.joined(separator: ", ")
        let answers = DeflateParameters.read(fields)
        let words = (isAccepted ? "accepted" : "refused") + ": " + (text.isEmpty ? "no extension" : text)
        return ClientCase("offer-answer/\(name)", row[2], .must, words) { visit throws(CaseStop) in
            let offers = visit.offers
            guard !offers.isEmpty else { throw .skipped("the client does not offer permessage-deflate") }
            let isMalformed =
                TextSearch.contains(name, "malformed") || name == "empty-value" || name == "empty-quoted-value"
            let isForeign = answers.contains { $0.name != "permessage-deflate" } || answers.count > 1
            let fits = offers.contains { offer in answers.allSatisfy { $0.misfit(to: offer) == nil } }
            if isAccepted {
                guard fits else { throw .skipped("the client's offer does not allow this answer") }
                let peer = try visit.open(extensions: text.isEmpty ? nil : text)
                defer { peer.leave() }
                if let answer = answers.first {
                    peer.deflate = PeerDeflate(
                        theirWindowBits: answer.clientMaxWindowBits ?? 15,
                        theirNoContextTakeover: answer.clientNoContextTakeover,
                        ourWindowBits: answer.serverMaxWindowBits ?? 15,
                        ourNoContextTakeover: answer.serverNoContextTakeover)
                }
                if answers.first?.clientMaxWindowBits == 8 { try visit.skipIfRefused(peer) }
                try peer.expectHealthy("\(row[2]): this answer opens the connection")
            } else {
                guard isMalformed || isForeign || !fits else { throw .skipped("the client's offer allows this answer") }
                _ = try visit.open(extensions: text)
                try AnswerCases.expectRefusal(
                    visit, is101: true,
                    why: "\(row[2]): an answer that is invalid or was not offered fails the connection")
            }
        }
    }
}
