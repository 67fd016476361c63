// One thing that a specification says, and how to find out whether a program does it. Cases are values in tables; what they have in common
// (how to connect, how long to wait, what to print) stands elsewhere.

/// How much the specification asks for it (RFC 2119). A failed `must` fails the run, a failed `should` with `--strict`, a failed `may` never:
/// it is told, because users want to know.
enum ConformanceLevel: String, CaseIterable, Sendable {
    case must, should, may
}

/// One case. It may be run several times, on any thread, beside others.
struct ConformanceCase: Sendable {
    /// `group/name`: `close/code-1005`. Unique, and the same in every version of the tool.
    let id: String
    /// Document and section, `RFC 6455 §5.2`. For a failure two people who read it there must agree.
    let section: String
    let level: ConformanceLevel
    /// What is right, in the present: "a ping of 125 bytes is answered with a pong of the same bytes".
    let sentence: String
    /// Returns when it was right.
    let run: @Sendable (CaseAttempt) throws(CaseStop) -> Void

    init(
        _ id: String, _ section: String, _ level: ConformanceLevel, _ sentence: String,
        run: @escaping @Sendable (CaseAttempt) throws(CaseStop) -> Void
    ) {
        self.id = id
        self.section = section
        self.level = level
        self.sentence = sentence
        self.run = run
    }

    /// What stands in front of the first slash.
    var group: String { String(id.prefix { $0 != "/" }) }
}
