// A WebSocket client under test. We are the server that it connects to, and speak the paths of Autobahn's fuzzing server, so that clients that were made
// for that one work:
//
//   /getCaseCount                    a text message with the number of cases, then a Close
//   /runCase?case=N&agent=NAME       case N from 1 on; the client echoes every message until the connection ends
//   /getCaseInfo?case=N              {"id": …, "description": …}
//   /getCaseStatus?case=N&agent=…    {"behavior": "OK" | "NON-STRICT" | "FAILED" | "UNIMPLEMENTED"}
//   /updateReports?agent=NAME        the client is done
//
// One connection after another: that is how these clients are, so no case runs beside another. With --command the client is started once more for the
// cases that failed, with more patience; without, every case has that patience from the start, because nobody knows when a client comes again.

import EventLoop
import JSON

struct WebSocketClientSubject: ConformanceSubject {
    /// How long nobody may come before we give up.
    static let silenceMilliseconds = 30_000

    private let listen: ListenAddress
    private let command: String?
    private let clientCases: [ClientCase]

    init(_ settings: ConformanceSettings) throws(ConformanceProblem) {
        listen = settings.listen ?? ListenAddress(.internet(.loopback, port: 0))
        command = settings.command
        clientCases = WebSocketCases.ofClients
    }

    var place: String { "client at \(listen)" }
    var cases: [ConformanceCase] { clientCases.map(\.test) }

    func run(_ cases: [ConformanceCase], _ settings: ConformanceSettings) throws(ConformanceProblem) -> [CaseResult] {
        let ids = Set(cases.map(\.id))
        let chosen = clientCases.filter { ids.contains($0.test.id) }
        let patient = settings.patienceMilliseconds * CaseRunner.patienceFactorAlone
        let descriptor = try listener()
        defer { Socket.close(descriptor) }
        let address = Socket.localAddress(descriptor) ?? listen.address
        StandardStreams.writeError("listening on \(address): \(chosen.count) cases\n")
        var keys: Set<String> = []
        guard command != nil else {
            return try round(chosen, descriptor, address, patienceMilliseconds: patient, keys: &keys)
        }
        var results = try round(
            chosen, descriptor, address, patienceMilliseconds: settings.patienceMilliseconds, keys: &keys)
        let suspects = results.indices.filter { results[$0].isSuspect }
        guard !suspects.isEmpty else { return results }
        let again = try round(
            suspects.map { chosen[$0] }, descriptor, address, patienceMilliseconds: patient, keys: &keys,
            isSecond: true)
        for (index, result) in zip(suspects, again) { results[index] = result }
        return results
    }

    private func listener() throws(ConformanceProblem) -> Int32 {
        do throws(SystemError) {
            return try Socket.listen(on: listen)
        } catch {
            throw ConformanceProblem("--listen: \(error)")
        }
    }

    /// One walk of the client through `cases`. Throws when the first walk does not come to a single case.
    private func round(
        _ cases: [ClientCase], _ descriptor: Int32, _ address: SocketAddress, patienceMilliseconds: Int,
        keys: inout Set<String>,
        isSecond: Bool = false
    ) throws(ConformanceProblem) -> [CaseResult] {
        let desk = ClientDesk(
            cases, patienceMilliseconds: patienceMilliseconds, isSecondRound: isSecond, earlierKeys: keys)
        defer { keys = desk.keys }
        let client = try start(url: "ws://\(address)")
        defer { client?.stop() }
        let live = LiveLine()
        defer { live.end() }
        desk.serve(descriptor, isClientRunning: { client?.poll() == nil }) { done, failed in
            live.show("\(isSecond ? "again: " : "")\(done) of \(cases.count) cases, \(failed) failed", isLast: false)
        }
        guard isSecond || desk.hasOutcomes else {
            throw ConformanceProblem(
                "\(place): no case was asked for: \(desk.visitors) connections"
                    + (client?.poll().map { "; \(command ?? "") ended with \($0)" } ?? ""))
        }
        return desk.results()
    }

    private func start(url: String) throws(ConformanceProblem) -> SpawnedServer? {
        guard let command else { return nil }
        let words = Places.replace("{url}", by: url, in: command)
        do throws(SpawnedServer.Problem) {
            return try SpawnedServer(words, passesOutputOn: true)
        } catch {
            throw ConformanceProblem("--command: \(error)")
        }
    }
}

/// Who the client under test talks to. For one thread.
final class ClientDesk {
    private let cases: [ClientCase]
    private let patienceMilliseconds: Int
    private var outcomes: [CaseResult?]
    private var failed = 0
    private var isOver = false
    /// How many have connected.
    private(set) var visitors = 0
    private let isSecondRound: Bool
    /// Of all handshakes until now.
    private(set) var keys: Set<String>

    init(_ cases: [ClientCase], patienceMilliseconds: Int, isSecondRound: Bool, earlierKeys: Set<String>) {
        keys = earlierKeys
        self.cases = cases
        self.patienceMilliseconds = patienceMilliseconds
        self.isSecondRound = isSecondRound
        outcomes = Array(repeating: nil, count: cases.count)
    }

    /// Until the client says that it is done, its program has ended, or nobody comes any more.
    func serve(_ listener: Int32, isClientRunning: () -> Bool, progress: (Int, Int) -> Void) {
        var lastVisit = Instant.now()
        while !isOver {
            progress(outcomes.count { $0 != nil }, failed)
            if Socket.wait(listener, toReceive: true, milliseconds: 100).canReceive,
                case .accepted(let descriptor, _) = Socket.accept(listener)
            {
                visitors += 1
                receive(descriptor)
                lastVisit = .now()
            } else if !isClientRunning()
                || Instant.now().milliseconds(since: lastVisit) > WebSocketClientSubject.silenceMilliseconds
            {
                return
            }
        }
    }

    var hasOutcomes: Bool { outcomes.contains { $0 != nil } }

    func results() -> [CaseResult] {
        cases.indices.map { index in
            outcomes[index]
                ?? CaseResult(
                    test: cases[index].test, outcome: .couldNotTest("the client did not ask for this case"),
                    milliseconds: 0, wasRunAgain: isSecondRound, note: nil)
        }
    }

    private func receive(_ descriptor: Int32) {
        let attempt = CaseAttempt(number: 0, patienceMilliseconds: patienceMilliseconds, isAlone: true)
        let socket = PatientSocket(accepted: descriptor, attempt)
        guard let request = HTTPHead.receive(on: socket, until: .now().adding(milliseconds: 2_000)) else { return }
        let visit = ClientVisit(socket: socket, request: request, attempt: attempt, earlierKeys: keys)
        keys.formUnion(request.values("sec-websocket-key"))
        let target = request.firstLine.utf8.split(separator: 0x20).dropFirst().first.map { String(Substring($0)) } ?? ""
        let path = String(target.prefix { $0 != "?" })
        let number = ClientDesk.number("case", in: target)
        switch path {
        case "/runCase":
            guard let number, cases.indices.contains(number - 1) else { return tell(visit, "there is no such case") }
            run(number - 1, visit)
        case "/getCaseCount": tell(visit, "\(cases.count)")
        case "/getCaseInfo": tell(visit, info(number))
        case "/getCaseStatus": tell(visit, status(number))
        case "/updateReports":
            tell(visit, nil)
            isOver = true
        default: socket.send(Array("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8))
        }
    }

    private func run(_ index: Int, _ visit: ClientVisit) {
        let begun = Instant.now()
        let test = cases[index]
        let outcome = visit.attempt.outcome { () throws(CaseStop) in try test.run(visit) }
        if case .failed = outcome { failed += 1 }
        // A client that runs a case again is believed the second time.
        outcomes[index] = CaseResult(
            test: test.test, outcome: outcome, milliseconds: Instant.now().milliseconds(since: begun),
            wasRunAgain: isSecondRound || outcomes[index] != nil, note: visit.attempt.note)
    }

    /// A message and a Close.
    private func tell(_ visit: ClientVisit, _ text: String?) {
        _ = visit.attempt.outcome { () throws(CaseStop) in
            let peer = try visit.open()
            if let text { peer.send(.text(text)) }
            peer.leave()
        }
    }

    private func info(_ number: Int?) -> String {
        guard let number, cases.indices.contains(number - 1) else { return "{}" }
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("id", cases[number - 1].test.id)
        writer.member("description", cases[number - 1].test.sentence)
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// In the words of Autobahn.
    private func status(_ number: Int?) -> String {
        guard let number, cases.indices.contains(number - 1), let result = outcomes[number - 1] else { return "{}" }
        let word =
            switch result.outcome {
            case .passed: "OK"
            case .failed: result.test.level == .must ? "FAILED" : "NON-STRICT"
            case .skipped, .couldNotTest: "UNIMPLEMENTED"
            }
        return "{\"behavior\":\"\(word)\"}"
    }

    /// A number of the query.
    private static func number(_ name: String, in target: String) -> Int? {
        let query = target.drop { $0 != "?" }.dropFirst()
        for item in query.utf8.split(separator: UInt8(ascii: "&")) where item.starts(with: "\(name)=".utf8) {
            return Int(Substring(item.dropFirst(name.utf8.count + 1)))
        }
        return nil
    }
}
