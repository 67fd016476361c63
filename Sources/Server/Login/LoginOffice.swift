// Logins of a whole node: the users, the one thread that tries passwords, and who waits for it. Loops have a `LoginDesk` each, which asks here. The
// users' file is looked at before each password and read again when it is another one, so `rookery user` needs no signal.

import Digest
import EventLoop
import Synchronization

/// A password on its way to the thread, and what comes back.
struct LoginJob: Sendable {
    /// Whom the answer is for, on its loop.
    let number: UInt64
    let login: LoginRequest
    let key: LoginKey
    let address: BucketKey
    let answers: Mailbox<LoginAnswer>
}

enum LoginOutcome: Sendable {
    /// The token and for how long it holds.
    case welcome(token: [UInt8], seconds: Int)
    /// The name or the password is wrong. Seconds until the next try.
    case wrong(Int)
    /// Not before so many seconds.
    case delayed(Int)
    /// Too many wait.
    case full
    /// The users' file cannot be read.
    case unavailable

    static let labels = ["welcome", "wrong", "delayed", "full", "unavailable"]

    /// Its place in `labels`, a closed set (row H12).
    var number: Int {
        switch self {
        case .welcome: 0
        case .wrong: 1
        case .delayed: 2
        case .full: 3
        case .unavailable: 4
        }
    }
}

struct LoginAnswer: Sendable {
    let number: UInt64
    let outcome: LoginOutcome
}

final class LoginOffice: Sendable {
    private struct State {
        var queue = LoginQueue()
        var tokens: LoginTokens
        /// Nil before the thread runs.
        var jobs: Mailbox<LoginJob>?
        /// In words, while the users' file cannot be read.
        var trouble: String?
    }

    /// What trying costs is this; tests have their own.
    typealias Matches = @Sendable (PasswordHash, [UInt8]) -> Bool

    private let path: String
    private let log: Log
    private let matches: Matches
    /// By which one waits after wrong passwords; tests have their own.
    private let clock: @Sendable () -> Instant
    private let state: Lock<State>
    private let users: Lock<UsersView>
    private let counts = (0..<LoginOutcome.labels.count).map { _ in AtomicCount() }

    /// `path` was read and found right a moment ago, and is read again with the first login.
    init(
        path: String, tokens: LoginTokens, log: Log, clock: @escaping @Sendable () -> Instant = { Instant.now() },
        matches: @escaping Matches = { $0.matches($1) }
    ) {
        self.matches = matches
        self.clock = clock
        self.path = path
        self.log = log
        state = Lock(State(tokens: tokens))
        users = Lock(UsersView())
    }

    /// The thread begins; once.
    func start() throws(SystemError) {
        let loop = UncheckedLoop(try EventLoop())
        let jobs = Mailbox<LoginJob>(wakeup: loop.value.wakeup)
        try Threads.start("login") { [self] in
            loop.value.onWakeup { for job in jobs.drain() { self.serve(job) } }
            loop.value.run()
        }.detach()
        state.withLock { $0.jobs = jobs }
    }

    /// From now on tokens are these.
    func apply(_ tokens: LoginTokens) { state.withLock { $0.tokens = tokens } }

    /// What deserves a word in /health.
    var trouble: String? { state.withLock { $0.trouble } }

    /// By `LoginOutcome.labels`.
    var outcomes: [(String, Int)] { zip(LoginOutcome.labels, counts).map { ($0, $1.value) } }

    func count(_ outcome: LoginOutcome) { counts[outcome.number].add() }

    /// Nil: the answer comes by the mailbox.
    func submit(_ job: LoginJob) -> LoginOutcome? {
        let now = clock()
        return state.withLock { state in
            guard let jobs = state.jobs else { return .unavailable }
            switch state.queue.enter(job.key, job.address, now: now) {
            case .full: return .full
            case .wait(let seconds): return .delayed(seconds)
            case .taken:
                jobs.post(job)
                return nil
            }
        }
    }

    // MARK: On the thread

    private func serve(_ job: LoginJob) {
        let (found, isKnown) = judge(job.login)
        let now = clock()
        let (tokens, seconds) = state.withLock { state in
            state.queue.leave(job.key, job.address, isRight: isKnown ? found != nil : nil, now: now)
            return (state.tokens, state.queue.delays.secondsToWait(job.key, now: now))
        }
        job.answers.post(LoginAnswer(number: job.number, outcome: outcome(found, isKnown, tokens, seconds)))
    }

    private func outcome(
        _ found: UserRecord?, _ isKnown: Bool, _ tokens: LoginTokens, _ seconds: Int
    ) -> LoginOutcome {
        guard isKnown else { return .unavailable }
        guard let found else { return .wrong(seconds) }
        let token = tokens.token(
            user: found.name, rooms: found.rooms, identifier: Random.bytes(16),
            now: Int64(WallClock.milliseconds() / 1_000))
        return .welcome(token: token, seconds: tokens.seconds)
    }

    /// The user, when the password is right. False: nobody can say.
    private func judge(_ login: LoginRequest) -> (found: UserRecord?, isKnown: Bool) {
        do throws(UsersStore.Failure) {
            let file = try users.withLock { view throws(UsersStore.Failure) in
                try view.refresh(path)
                return view.file
            }
            state.withLock { $0.trouble = nil }
            return (PasswordCheck.user(login, in: file, matches: matches), true)
        } catch {
            let isNew = state.withLock { state in
                let isNew = state.trouble != error.text
                state.trouble = error.text
                return isNew
            }
            if isNew { log.write(.error, "logins", "nobody can log in: \(error.text)") }
            return (nil, false)
        }
    }
}

/// Tries a password at the same price for every name.
enum PasswordCheck {
    /// Of a name that nobody has. Never right: no key of a user is all zeros but by a chance of 2^-256, and it is not asked.
    private static let nobody = [UInt8](repeating: 0, count: PasswordHash.saltByteCount)

    /// The rounds of the dearest user are worked for every name, known or not: time tells nobody who has an account.
    static func user(
        _ login: LoginRequest, in file: UsersFile, matches: LoginOffice.Matches
    ) -> UserRecord? {
        let user = file[login.user]
        let hash =
            user?.password ?? PasswordHash(rounds: file.roundsMax, salt: nobody, key: nobody + nobody)
        let isRight = matches(hash, login.password)
        let rest = file.roundsMax - hash.rounds
        if rest > 0 { _ = matches(PasswordHash(rounds: rest, salt: nobody, key: nobody + nobody), login.password) }
        return isRight ? user : nil
    }
}

/// The users' file as it was read last.
private struct UsersView: Sendable {
    private(set) var file = UsersFile()
    private var mark: FileMark?

    /// Whoever cannot be read any more is not known any more: what was read before is not used.
    mutating func refresh(_ path: String) throws(UsersStore.Failure) {
        if let mark, let now = FileMark(path), now == mark { return }
        mark = nil
        let found = try UsersStore.load(path)
        (file, mark) = (found.users, found.mark)
    }
}

/// A number that several threads count.
private final class AtomicCount: Sendable {
    private let storage = Atomic<Int>(0)
    var value: Int { storage.load(ordering: .relaxed) }
    func add() { storage.add(1, ordering: .relaxed) }
}
