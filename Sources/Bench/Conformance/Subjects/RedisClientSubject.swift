// A RESP client under test: its program is started anew for each case, and before them once to see that it keeps the contract at all.

import EventLoop

struct RedisClientSubject: ConformanceSubject {
    private let listen: ListenAddress
    private let command: String

    init(_ settings: ConformanceSettings) throws(ConformanceProblem) {
        listen = settings.listen ?? ListenAddress(.internet(.loopback, port: 0))
        guard let command = settings.command ?? (settings.listsOnly ? "true" : nil) else {
            throw ConformanceProblem("--protocol redis --role client: --command \"PROGRAM {host} {port}\" is missing")
        }
        self.command = command
    }

    var place: String { command }

    /// Without a door: `run` opens it. Here they are told only.
    var cases: [ConformanceCase] { RedisClientCases.all.map { $0.on(ClientDoor(listen, command: [])) } }

    func run(_ cases: [ConformanceCase], _ settings: ConformanceSettings) throws(ConformanceProblem) -> [CaseResult] {
        let words: [String]
        do throws(CommandWords.Problem) { words = try CommandWords.split(command) } catch {
            throw ConformanceProblem("--command: \(error)")
        }
        guard case .internet(_, let port) = listen.address else {
            throw ConformanceProblem("--listen \(listen): host and port are expected")
        }
        var shared: Int32?
        if port != 0 {
            do throws(SystemError) { shared = try Socket.listen(on: listen) } catch {
                throw ConformanceProblem("\(error)")
            }
        }
        defer { if let shared { Socket.close(shared) } }
        let door = ClientDoor(listen, command: words, shared: shared)
        try checkContract(door)
        let chosen = Set(cases.map(\.id))
        let played = RedisClientCases.all.filter { chosen.contains($0.id) }.map { $0.on(door) }
        return try runBesideEachOther(played, jobs: shared == nil ? settings.jobs : 1, settings)
    }

    /// It connects, asks, and shows something: without that no case says anything.
    private func checkContract(_ door: ClientDoor) throws(ConformanceProblem) {
        let probe = RedisClientCase(
            id: "probe", section: "the contract", level: .must, sentence: "a reply is shown"
        ) { stage in
            try stage.awaitRequest()
            stage.send(Array("$5\r\nhello\r\n".utf8))
            _ = try stage.shown("a line of JSON for the reply")
        }
        let attempt = CaseAttempt(
            number: 1_000_000, patienceMilliseconds: CaseRunner.patienceMilliseconds * CaseRunner.patienceFactorAlone,
            isAlone: true)
        switch attempt.run(probe.on(door)) {
        case .passed: return
        case .skipped(let reason), .couldNotTest(let reason): throw ConformanceProblem("\(command): \(reason)")
        case .failed(let failure):
            throw ConformanceProblem("\(command): expected \(failure.expected); came \(failure.came); \(failure.why)")
        }
    }
}
