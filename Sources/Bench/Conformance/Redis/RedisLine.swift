// One connection to the server under test, as a case uses it: commands out, values in, and judgements on what came. A judgement that is
// not met throws the failure; an answer by which the server refuses to serve at all (ACL, unknown command, cluster, loading) throws a
// skip with its words, because that is the server's right.

import EventLoop

/// The protocol of a connection after its handshake.
enum RESPVersion: Int, Sendable {
    case two = 2
    case three = 3
}

final class RedisLine {
    private let socket: PatientSocket
    private let attempt: CaseAttempt
    /// Pushes that came while a reply was waited for, oldest first.
    private var pushes: [(value: WireValue, bytes: [UInt8])] = []
    /// The beginning of all that was sent: what the server calls unknown must be a word of it.
    private var said: [UInt8] = []
    private static let saidBytesMax = 65_536

    init(to address: SocketAddress, _ attempt: CaseAttempt) throws(CaseStop) {
        self.attempt = attempt
        socket = try PatientSocket(to: address, attempt)
    }

    // MARK: Sending

    func send(raw bytes: [UInt8]) {
        remember(bytes)
        socket.send(bytes)
    }
    func send(raw text: String) { send(raw: Array(text.utf8)) }
    func send(_ words: String...) { send(raw: WireText.command(words)) }
    func send(_ words: [[UInt8]]) { send(raw: WireText.command(words)) }
    /// Sends in pieces of so many bytes, a moment apart, so that the server receives them apart.
    func send(_ bytes: [UInt8], pieceBytes: Int, pauseMilliseconds: Int = 0) {
        remember(bytes)
        socket.send(bytes, pieceBytes: pieceBytes, pauseMilliseconds: pauseMilliseconds)
    }

    private func remember(_ bytes: [UInt8]) {
        said += bytes.prefix(RedisLine.saidBytesMax - said.count)
    }

    func endSending() { socket.endSending() }

    // MARK: Receiving

    private func describe(_ arrival: PatientSocket.Arrival) -> String {
        let begun = socket.inbox.isEmpty ? "" : ", after the beginning of a value: \(WireText.escaped(socket.inbox))"
        switch arrival {
        case .end: return "the server closed the connection\(begun)"
        case .broken(let reason): return "the connection broke (\(reason))\(begun)"
        case .tooMuch: return "bytes without end, after the beginning of \(socket.inbox.count) that nobody asked for"
        case .bytes, .nothing: return "nothing within \(attempt.patienceMilliseconds) ms\(begun)"
        }
    }

    /// The next value of the top level with its bytes. `expected` is what a failure says.
    func item(_ expected: String, bytesMax: Int = 0) throws(CaseStop) -> (
        value: WireValue, attributes: [WireValue], bytes: [UInt8]
    ) {
        try item(expected, until: attempt.deadline(bytes: bytesMax))
    }

    private func item(_ expected: String, until deadline: Instant) throws(CaseStop) -> (
        value: WireValue, attributes: [WireValue], bytes: [UInt8]
    ) {
        while true {
            switch WireReader.read(socket.inbox, from: 0) {
            case .item(let item):
                let bytes = Array(socket.inbox[item.range])
                socket.take(item.range.upperBound)
                return (item.value, item.attributes, bytes)
            case .malformed(let why, let place):
                throw .failed(
                    expected: expected, came: WireText.escaped(socket.inbox),
                    why: "that is not RESP: byte \(place) of it: \(why)")
            case .incomplete(let bytesMin):
                while socket.inbox.count < bytesMin {
                    let arrival = socket.waitForMore(until: deadline)
                    guard arrival == .bytes else {
                        throw .failed(
                            expected: expected, came: describe(arrival), why: "the reply did not come whole")
                    }
                }
            }
        }
    }

    /// The next reply; pushes before it are kept for `push`.
    func replyItem(_ expected: String, bytesMax: Int = 0) throws(CaseStop) -> (value: WireValue, bytes: [UInt8]) {
        let deadline = attempt.deadline(bytes: bytesMax)
        while true {
            let item = try item(expected, until: deadline)
            guard case .push = item.value else { return (item.value, item.bytes) }
            guard !PatientSocket.isLongOver(deadline) else {
                throw .failed(
                    expected: expected, came: "pushes without end, the last \(WireText.escaped(item.bytes))",
                    why: "the reply did not come")
            }
            pushes.append((item.value, item.bytes))
        }
    }

    func reply(_ expected: String, bytesMax: Int = 0) throws(CaseStop) -> WireValue {
        try replyItem(expected, bytesMax: bytesMax).value
    }

    /// The next push. A reply in its place is a failure.
    func pushItem(_ expected: String) throws(CaseStop) -> (value: WireValue, bytes: [UInt8]) {
        if !pushes.isEmpty { return pushes.removeFirst() }
        let item = try item(expected)
        guard case .push = item.value else {
            try skipIfRefused(item.value)
            throw .failed(
                expected: expected, came: WireText.escaped(item.bytes),
                why: "in RESP3 this is a push (>), not \(item.value.kind)")
        }
        return (item.value, item.bytes)
    }

    /// The server has ended the connection, and all that it sent before has been taken or is not whole.
    var isEnded: Bool { socket.end != nil }

    // MARK: Judgements

    /// Sends a command and gives its reply. Skips when the server refuses to serve it.
    func ask(_ words: String...) throws(CaseStop) -> WireValue { try ask(words.map { Array($0.utf8) }) }

    func ask(_ words: [[UInt8]]) throws(CaseStop) -> WireValue {
        send(words)
        let size = words.reduce(0) { $0 + $1.count }
        let value = try reply("a reply to \(name(words))", bytesMax: size)
        try skipIfRefused(value)
        return value
    }

    /// The same, for what a case needs before it can begin: whatever error it is, the case cannot be run here.
    @discardableResult
    func prepare(_ words: String...) throws(CaseStop) -> WireValue {
        let value = try ask(words.map { Array($0.utf8) })
        if let text = value.errorText {
            throw .skipped("the server answers \(words[0]) with: \(String(decoding: text, as: UTF8.self))")
        }
        return value
    }

    /// Sends a command and wants this value as its reply.
    func expect(_ words: String..., is wire: String, _ why: String = "") throws(CaseStop) {
        try expect(words.map { Array($0.utf8) }, is: Array(wire.utf8), why)
    }

    func expect(_ words: [[UInt8]], is wire: [UInt8], _ why: String = "") throws(CaseStop) {
        send(words)
        try expectReply(wire, why, bytesMax: wire.count)
    }

    /// Wants this value as the next reply: of the same type, and a number may be written in any way that its type has (`,10`, `,1e1`).
    func expectReply(_ wire: String, _ why: String = "") throws(CaseStop) { try expectReply(Array(wire.utf8), why) }

    func expectReply(
        _ wire: [UInt8], _ why: String = "", bytesMax: Int = 0, numbersAsText: Bool = false
    ) throws(CaseStop) {
        let expected = WireText.escaped(wire)
        let (value, bytes) = try replyItem(expected, bytesMax: bytesMax)
        if value.stands(in: wire, as: bytes, numbersAsText: numbersAsText) { return }
        if wire.first != UInt8(ascii: "-") { try skipIfRefused(value) }
        throw .failed(
            expected: expected, came: WireText.escaped(bytes), why: why.isEmpty ? difference(value, wire) : why)
    }

    /// Wants this value as the next push.
    func expectPush(_ wire: String, _ why: String = "") throws(CaseStop) {
        let (value, bytes) = try pushItem(WireText.escaped(Array(wire.utf8)))
        if value.stands(in: Array(wire.utf8), as: bytes) { return }
        throw .failed(
            expected: WireText.escaped(Array(wire.utf8)), came: WireText.escaped(bytes),
            why: why.isEmpty ? difference(value, Array(wire.utf8)) : why)
    }

    /// Wants this value, as a push in RESP3 and as a reply in RESP2; `wire` begins with the array's `*`.
    func expectMessage(_ version: RESPVersion, _ wire: String, _ why: String = "") throws(CaseStop) {
        switch version {
        case .two: try expectReply(wire, why)
        case .three: try expectPush(">" + wire.dropFirst(), why)
        }
    }

    /// Wants an error as the next reply, with this word in front if one is given.
    func expectError(_ code: String? = nil, _ why: String) throws(CaseStop) {
        let expected = code.map { "an error that begins with \($0)" } ?? "an error"
        let (value, bytes) = try replyItem(expected)
        guard let text = value.errorText else {
            throw .failed(expected: expected, came: WireText.escaped(bytes), why: why)
        }
        guard let code else { return }
        guard text.starts(with: (code + " ").utf8) || text.elementsEqual(code.utf8) else {
            try skipIfRefused(value)
            throw .failed(expected: expected, came: WireText.escaped(bytes), why: why)
        }
    }

    /// Wants the connection to end. Values that come before are `allowed` or not.
    func expectEnd(_ why: String, after allowed: (WireValue) -> Bool = { _ in false }) throws(CaseStop) {
        let deadline = attempt.deadline()
        while true {
            if case .item(let item) = WireReader.read(socket.inbox, from: 0) {
                let bytes = Array(socket.inbox[item.range])
                guard allowed(item.value) else {
                    throw .failed(expected: "the end of the connection", came: WireText.escaped(bytes), why: why)
                }
                socket.take(item.range.upperBound)
                continue
            }
            switch socket.waitForMore(until: deadline) {
            case .bytes: continue
            case .end, .broken: return
            case .nothing, .tooMuch:
                throw .failed(expected: "the end of the connection", came: describe(.nothing), why: why)
            }
        }
    }

    /// Wants that nothing comes before the answer to a PING, which shows that the connection lives.
    func expectNothingMore(_ why: String) throws(CaseStop) {
        send("ECHO", "nothing before this")
        let (value, bytes) = try replyItem("the reply to ECHO and nothing before it")
        if value.text.map({ $0.elementsEqual("nothing before this".utf8) }) == true, pushes.isEmpty { return }
        let came = pushes.first.map(\.bytes) ?? bytes
        throw .failed(expected: "the reply to ECHO and nothing before it", came: WireText.escaped(came), why: why)
    }

    /// Wants that a value is of this type, whatever is in it.
    func want(_ isRight: Bool, _ expected: String, _ came: WireValue, _ why: String) throws(CaseStop) {
        if isRight { return }
        try skipIfRefused(came)
        throw .failed(expected: expected, came: "\(came)", why: why)
    }

    // MARK: Words

    /// Throws a skip when an error says that the server does not serve this here at all.
    func skipIfRefused(_ value: WireValue) throws(CaseStop) {
        guard let text = value.errorText, let reason = Refusal.of(text, to: said) else { return }
        // Behind this Redis repeats the arguments, which differ from case to case.
        let arguments = Array(", with args".utf8)
        let end = text.indices.first { text[$0...].starts(with: arguments) } ?? text.count
        throw .skipped("\(reason): \(String(decoding: text[..<end].prefix(200), as: UTF8.self))")
    }

    private func name(_ words: [[UInt8]]) -> String {
        words.prefix(2).map { String(decoding: $0.prefix(40), as: UTF8.self) }.joined(separator: " ")
    }

    private func difference(_ value: WireValue, _ wire: [UInt8]) -> String {
        guard case .item(let item) = WireReader.read(wire, from: 0) else { return "the bytes differ" }
        return item.value.kind == value.kind
            ? "the type is right, what is in it is not" : "wanted \(item.value.kind), got \(value.kind)"
    }
}

/// Errors by which a server says that it does not serve a command here: a setting, a right, a state or an older version.
enum Refusal {
    /// Why `text` is a refusal; nil when it is not, such as when it calls something unknown that was no word of what was `said`: then the
    /// server has misread the command.
    static func of(_ text: [UInt8], to said: [UInt8]) -> String? {
        guard let (beginning, reason) = beginnings.first(where: { text.starts(with: $0.0.utf8) }) else { return nil }
        guard TextSearch.contains(beginning, "nknown") else { return reason }
        let quotes: Set<UInt8> = [UInt8(ascii: "'"), UInt8(ascii: "`"), UInt8(ascii: "\"")]
        let behind: ArraySlice<UInt8> = text.dropFirst(beginning.utf8.count)
        let rest: ArraySlice<UInt8> = behind.drop { !quotes.contains($0) }.dropFirst()
        guard !rest.isEmpty else { return reason }
        let name: [UInt8] = rest.prefix { !quotes.contains($0) }.map(lowered)
        let small: [UInt8] = said.map(lowered)
        let words: [ArraySlice<UInt8>] = small.split { $0 == 0x20 || $0 == 0x0D || $0 == 0x0A }
        return words.contains { $0.elementsEqual(name) } ? reason : nil
    }

    private static func lowered(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }

    private static let beginnings: [(String, String)] = [
        ("NOPERM", "this user may not"), ("NOAUTH", "the server wants a password"),
        ("ERR unknown command", "the server does not know the command"),
        ("ERR unknown subcommand", "the server does not know the subcommand"),
        ("ERR Unknown subcommand", "the server does not know the subcommand"),
        ("ERR DEBUG command not allowed", "DEBUG is switched off"),
        ("MOVED", "the key belongs to another node of the cluster"),
        ("ASK", "the key belongs to another node of the cluster"),
        ("CROSSSLOT", "the keys belong to different slots of the cluster"), ("CLUSTERDOWN", "the cluster is down"),
        ("LOADING", "the server is loading"), ("READONLY", "the server is a read-only replica"),
        ("MASTERDOWN", "the server is a replica without master"), ("MISCONF", "the server cannot persist"),
        ("OOM", "the server has no memory left"), ("BUSY", "the server runs a script"),
        ("DENIED", "the server is in protected mode"), ("NOREPLICAS", "the server has too few replicas"),
        ("ERR max number of clients", "the server has too many clients"),
    ]
}
