// A WebSocket server under test: how cases reach it, and whether it can be tested at all.

import EventLoop

struct WebSocketServerSubject: ConformanceSubject {
    let door: WebSocketDoor

    init(_ settings: ConformanceSettings) throws(ConformanceProblem) {
        let text = settings.target.isEmpty && settings.listsOnly ? "ws://127.0.0.1" : settings.target
        door = WebSocketDoor(
            target: try WebSocketTarget(parsing: text), headers: settings.headers, isEcho: settings.mode == .echo)
    }

    var place: String { door.target.text }

    var cases: [ConformanceCase] { WebSocketServerCases.all(door) }

    func run(_ cases: [ConformanceCase], _ settings: ConformanceSettings) throws(ConformanceProblem) -> [CaseResult] {
        ServerStart.wait(for: door.target.address)
        try checkAnswers()
        // Who hears all that is said on one path can only be asked by one at a time.
        let jobs = door.isEcho || door.target.hasNumber ? settings.jobs : 1
        return try ConformanceCommand.runBesideEachOther(cases, jobs: jobs, settings)
    }

    /// A handshake and a message: without these no case says anything.
    private func checkAnswers() throws(ConformanceProblem) {
        let probe = ConformanceCase("probe", "RFC 6455", .must, "a message comes back") {
            [door] attempt throws(CaseStop) in
            let peer = try door.open(attempt)
            try peer.expectHealthy("without an answer nothing can be tested")
        }
        let attempt = CaseAttempt(
            number: 1_000_000, patienceMilliseconds: CaseRunner.patienceMilliseconds * CaseRunner.patienceFactorAlone,
            isAlone: true)
        switch attempt.run(probe) {
        case .passed: return
        case .skipped(let reason), .couldNotTest(let reason): throw ConformanceProblem("\(place): \(reason)")
        case .failed(let failure):
            throw ConformanceProblem(
                "\(place): no echo to test; expected \(failure.expected); came \(failure.came)\n  sent      "
                    + "\(failure.sentHex)\n  received  \(failure.receivedHex)")
        }
    }
}

/// The way to a server: opens connections for cases.
struct WebSocketDoor: Sendable {
    let target: WebSocketTarget
    let headers: [(name: String, value: String)]
    /// What is sent comes back to its sender as it was; else to all of a path.
    let isEcho: Bool

    /// Sends a request and reads the answer's head. nil: the connection ended, or nothing came.
    func ask(
        _ request: OpeningRequest, _ attempt: CaseAttempt, pieceBytes: Int = .max, pauseMilliseconds: Int = 0,
        trailing: [UInt8] = []
    ) throws(CaseStop) -> (socket: PatientSocket, answer: HTTPHead?) {
        let socket = try PatientSocket(to: target.address, attempt)
        let bytes = request.bytes(target, headers: headers, number: attempt.number) + trailing
        socket.send(bytes, pieceBytes: min(pieceBytes, bytes.count), pauseMilliseconds: pauseMilliseconds)
        return (socket, HTTPHead.receive(on: socket, until: attempt.deadline()))
    }

    /// A connection that is established. `extensions`: the offers for permessage-deflate.
    func open(
        _ attempt: CaseAttempt, _ request: OpeningRequest = OpeningRequest(), pieceBytes: Int = .max,
        pauseMilliseconds: Int = 0
    ) throws(CaseStop) -> WebSocketPeer {
        let (socket, answer) = try ask(request, attempt, pieceBytes: pieceBytes, pauseMilliseconds: pauseMilliseconds)
        guard let answer, answer.status == 101 else {
            throw .failed(
                expected: "HTTP/1.1 101", came: answer?.firstLine ?? "no answer",
                why: "RFC 6455 §4.2.2: a valid opening handshake is answered with 101")
        }
        attempt.begin(after: "the opening handshake")
        return WebSocketPeer(socket, attempt, isClient: true, comparesKinds: isEcho)
    }
}

extension HTTPHead {
    /// Waits for a whole head and takes it. nil: the connection ended, it is too long, or it did not come in time.
    static func receive(on socket: PatientSocket, until deadline: Instant) -> HTTPHead? {
        while socket.inbox.count < bytesMax {
            if let (head, count) = read(socket.inbox) {
                socket.take(count)
                return head
            }
            guard socket.waitForMore(until: deadline) == .bytes else { return nil }
        }
        return nil
    }
}
