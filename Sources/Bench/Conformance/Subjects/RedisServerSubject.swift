// A RESP server under test: whether it can be tested at all, and all its cases.

import EventLoop

struct RedisServerSubject: ConformanceSubject {
    private let target: RedisTarget

    init(_ settings: ConformanceSettings) throws(ConformanceProblem) {
        let text = settings.target.isEmpty && settings.listsOnly ? "redis://127.0.0.1" : settings.target
        target = try RedisTarget(parsing: text)
    }

    var place: String { "redis://\(target.address)" }

    var cases: [ConformanceCase] { RedisServerCases.all.map { $0.at(target) } }

    func run(_ cases: [ConformanceCase], _ settings: ConformanceSettings) throws(ConformanceProblem) -> [CaseResult] {
        ServerStart.wait(for: target.address)
        try checkAnswers()
        return try runBesideEachOther(cases, jobs: settings.jobs, settings)
    }

    /// A reply to ECHO after the credentials: without it no case says anything.
    private func checkAnswers() throws(ConformanceProblem) {
        let probe = RedisCase("probe", "RESP", "ECHO is answered") { trial in
            let line = try trial.line()
            line.send("ECHO", "rookery")
            let (value, bytes) = try line.replyItem("a reply to ECHO")
            if value.text.map({ $0.elementsEqual("rookery".utf8) }) == true { return }
            throw CaseStop.couldNotTest("ECHO is answered with \(WireText.escaped(bytes))")
        }
        let attempt = CaseAttempt(
            number: 1_000_000, patienceMilliseconds: CaseRunner.patienceMilliseconds * CaseRunner.patienceFactorAlone,
            isAlone: true)
        switch attempt.run(probe.at(target)) {
        case .passed: return
        case .skipped(let reason), .couldNotTest(let reason): throw ConformanceProblem("\(place): \(reason)")
        case .failed(let failure):
            throw ConformanceProblem(
                "\(place): no RESP to test; expected \(failure.expected); came \(failure.came)\n  sent      "
                    + "\(failure.sentHex)\n  received  \(failure.receivedHex)")
        }
    }
}

enum RedisServerCases {
    /// In the order in which a client meets them.
    static let all: [RedisCase] =
        RedisHandshakeCases.all + RedisAuthCases.all + RedisTypeCases.all + RedisErrorCases.all + RedisPipelineCases.all
        + RedisInlineCases.all
        + RedisLimitCases.all + RedisPubSubCases.all + RedisPushCases.all + RedisTransactionCases.all
        + RedisSessionCases.all
}
