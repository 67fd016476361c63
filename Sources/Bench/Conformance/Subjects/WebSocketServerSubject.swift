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

    var cases: [ConformanceCase] { WebSocketCases.ofServers(door) }

    func run(_ cases: [ConformanceCase], _ settings: ConformanceSettings) throws(ConformanceProblem) -> [CaseResult] {
        ServerStart.wait(for: door.target.address)
        try checkAnswers()
        // Who hears all that is said on one path can only be asked by one at a time.
        let jobs = door.isEcho || door.target.hasNumber ? settings.jobs : 1
        return try runBesideEachOther(cases, jobs: jobs, settings)
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
