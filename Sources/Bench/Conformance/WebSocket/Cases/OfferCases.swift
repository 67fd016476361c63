// Offers of permessage-deflate and their answers: RFC 7692 §5, §7, §7.1; RFC 6455 §9.1. The offers are those of the table. A server may decline every one of
// them; what it must not do is accept one that is wrong, or answer what does not fit.

enum OfferCases {
    static func all(_ door: WebSocketDoor) -> [ConformanceCase] {
        TableText.rows(DeflateOfferTable.text).map { make($0, door) }
    }

    private static func make(_ row: [String], _ door: WebSocketDoor) -> ConformanceCase {
        let (name, verdict, sections) = (row[0], row[1], row[2])
        let fields = TableText.texts(row, from: 3)
        let request = fields.reduce(OpeningRequest()) { $0.adding("Sec-WebSocket-Extensions", $1) }
        let shown = fields.isEmpty ? "nothing" : fields.joined(separator: " | ")
        // Whether names of parameters have a case is not said anywhere.
        let isOpen = verdict == "either" || TextSearch.contains(name, "another-case")
        let level: ConformanceLevel = isOpen ? .may : .must
        let sentences = [
            "offered": "accepted with a fitting answer, or declined: \(shown)", "declined": "declined: \(shown)",
            "malformed": "the handshake fails: \(shown)",
        ]
        let sentence = sentences[isOpen ? "offered" : verdict] ?? "answered in one of several ways: \(shown)"
        return ConformanceCase("offer/\(name)", sections, level, sentence) { attempt throws(CaseStop) in
            let (_, head) = try door.ask(request, attempt)
            attempt.note =
                head.map { "\($0.firstLine); \($0.values("sec-websocket-extensions").joined(separator: ", "))" }
                ?? "no answer"
            switch verdict {
            case "malformed":
                guard head?.status == 101 else { return }
                throw .failed(
                    expected: "a failed handshake", came: attempt.note ?? "",
                    why: "RFC 6455 §9.1: a value that does not conform to the grammar fails the connection at once")
            case "declined" where !isOpen:
                guard head?.status == 101, head?.values("sec-websocket-extensions").isEmpty == false else { return }
                throw .failed(
                    expected: "an answer without Sec-WebSocket-Extensions", came: attempt.note ?? "",
                    why: "RFC 7692 §7: an offer with an unknown, repeated or invalid parameter must be declined")
            default: try checkFit(head, fields, isOpen: isOpen)
            }
        }
    }

    private static func checkFit(_ head: HTTPHead?, _ fields: [String], isOpen: Bool) throws(CaseStop) {
        guard let head, head.status == 101 else {
            if isOpen { return }
            throw .failed(
                expected: "HTTP/1.1 101, with permessage-deflate or without", came: head?.firstLine ?? "no answer",
                why: "RFC 6455 §4.2.2: a valid opening handshake is answered with 101; an offer may be declined")
        }
        let values = head.values("sec-websocket-extensions")
        let answers = DeflateParameters.read(values)
        guard let answer = answers.first, !isOpen else { return }
        let offers = DeflateParameters.read(fields).filter { $0.name == "permessage-deflate" && $0.problem == nil }
        guard answers.count == 1, answer.name == "permessage-deflate", !offers.isEmpty else {
            throw .failed(
                expected: "an extension that was offered, once", came: values.joined(separator: ", "),
                why: "RFC 6455 §9.1: only what the client offered is accepted; RFC 7692 §5: one configuration at most")
        }
        let misfits = offers.compactMap { answer.misfit(to: $0) }
        if misfits.count == offers.count, let (came, why) = misfits.first {
            throw .failed(
                expected: "an answer that fits an offer", came: came + ": " + values.joined(separator: ", "), why: why)
        }
    }
}
