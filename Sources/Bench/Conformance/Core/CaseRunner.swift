// Runs cases beside each other, then those that failed once more, one at a time and with more patience: an answer that comes late on a
// loaded machine is no fault of the program under test.

import EventLoop

struct CaseRunner {
    /// How long an answer may take, and how many times as long in the second run.
    static let patienceMilliseconds = 4_000
    static let patienceFactorAlone = 3

    var cases: [ConformanceCase]
    /// How many run at the same time.
    var jobs = 1
    var patienceMilliseconds = CaseRunner.patienceMilliseconds

    /// What the threads share.
    private final class Board: Sendable {
        struct State: Sendable {
            var next = 0
            var results: [CaseResult?]
            var done = 0
            var failed = 0
        }

        let state: Lock<State>

        init(count: Int) { state = Lock(State(results: Array(repeating: nil, count: count))) }
    }

    /// The results in the order of the cases. `progress` is called on the calling thread now and then: how many are done and have failed so far, and whether
    /// this is the second run.
    func run(progress: (_ done: Int, _ failed: Int, _ isSecondRun: Bool) -> Void) throws(SystemError) -> [CaseResult] {
        let board = Board(count: cases.count)
        var threads: [Threads.Handle] = []
        let (cases, patience) = (cases, patienceMilliseconds)
        let jobs = max(1, min(jobs, cases.count))
        for _ in 0..<jobs {
            threads.append(
                try Threads.start("case") {
                    CaseRunner.work(board, cases, patienceMilliseconds: patience, isAlone: jobs == 1)
                })
        }
        while true {
            let (done, failed) = board.state.withLock { ($0.done, $0.failed) }
            progress(done, failed, false)
            if done == cases.count { break }
            Threads.sleep(milliseconds: 20)
        }
        for thread in threads { thread.join() }
        return again(board.state.withLock { $0.results }.compactMap(\.self), progress)
    }

    /// Takes one case after another until none is left.
    private static func work(
        _ board: Board, _ cases: [ConformanceCase], patienceMilliseconds: Int, isAlone: Bool
    ) {
        while true {
            let index = board.state.withLock { state -> Int? in
                guard state.next < cases.count else { return nil }
                state.next += 1
                return state.next - 1
            }
            guard let index else { return }
            let attempt = CaseAttempt(number: index, patienceMilliseconds: patienceMilliseconds, isAlone: isAlone)
            let result = result(of: cases[index], attempt, wasRunAgain: false)
            board.state.withLock { state in
                state.results[index] = result
                state.done += 1
                if case .failed = result.outcome { state.failed += 1 }
            }
        }
    }

    private func again(_ results: [CaseResult], _ progress: (Int, Int, Bool) -> Void) -> [CaseResult] {
        var results = results
        let suspects = results.indices.filter { results[$0].isSuspect }
        var failed = 0
        for (place, index) in suspects.enumerated() {
            progress(place, failed, true)
            let attempt = CaseAttempt(
                number: cases.count + place,
                patienceMilliseconds: patienceMilliseconds * CaseRunner.patienceFactorAlone, isAlone: true)
            results[index] = CaseRunner.result(of: results[index].test, attempt, wasRunAgain: true)
            if case .failed = results[index].outcome { failed += 1 }
        }
        return results
    }

    private static func result(of test: ConformanceCase, _ attempt: CaseAttempt, wasRunAgain: Bool) -> CaseResult {
        let begun = Instant.now()
        let outcome = attempt.run(test)
        return CaseResult(
            test: test, outcome: outcome, milliseconds: Instant.now().milliseconds(since: begun),
            wasRunAgain: wasRunAgain, note: attempt.note)
    }
}

extension CaseResult {
    /// To be run again alone before anybody is told.
    var isSuspect: Bool {
        switch outcome {
        case .failed, .couldNotTest: true
        case .passed, .skipped: false
        }
    }
}
