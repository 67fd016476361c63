// What a run of a case came to. A case ends by returning or by throwing a `CaseStop`; what went over the wire is added by the runner.

/// Why a case ends before its end.
enum CaseStop: Error, Equatable {
    /// The program does what the specification does not allow. `came` in words; the bytes are in the transcript. `why`: the rule, in a sentence.
    case failed(expected: String, came: String, why: String)
    /// The case has nothing to test here: an option that was not agreed on, a limit that is allowed.
    case skipped(String)
    /// The program could not be reached, or the machine failed.
    case couldNotTest(String)
}

/// A failure as it is shown.
struct CaseFailure: Equatable, Sendable {
    let expected: String
    let came: String
    let why: String
    /// What was sent and what was received, in hexadecimal, the middle of long parts left out.
    let sentHex: String
    let receivedHex: String
}

enum CaseOutcome: Equatable, Sendable {
    case passed
    case failed(CaseFailure)
    case skipped(String)
    case couldNotTest(String)

    /// The word of JSON and HTML.
    var word: String {
        switch self {
        case .passed: "passed"
        case .failed: "failed"
        case .skipped: "skipped"
        case .couldNotTest: "could_not_test"
        }
    }
}

/// One case with its outcome.
struct CaseResult: Sendable {
    let test: ConformanceCase
    let outcome: CaseOutcome
    /// Of the last attempt.
    let milliseconds: Int
    /// It failed beside others and was run again alone; `outcome` is that of the second run.
    let wasRunAgain: Bool
    /// What else is worth telling, such as which of two allowed ways was taken.
    let note: String?

    /// A failure that decides about the exit status.
    func counts(isStrict: Bool) -> Bool {
        guard case .failed = outcome else { return false }
        return test.level == .must || isStrict && test.level == .should
    }
}
