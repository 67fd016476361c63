// Tokens of a whole node: the keys and where they come from, who is denied, and the threads that verify. Loops have a `LoopTokenDesk` each, which
// asks here. Of threads there are three kinds: those that verify; the keeper, which looks once a second whether a file has changed or keys are old;
// and, while it lasts, one that asks the issuer (row J4).

import EventLoop
import JWT
import RedisLink
import Synchronization

final class TokenOffice: Sendable {
    struct State {
        var keys: TokenKeys
        /// From the file.
        var denied: DenyList
        /// From Redis; nil: not read yet, and nobody is let in before.
        var shared: DenyList?
        /// Those of the key set, from file or issuer.
        var found: [VerificationKey]
        var cache: KeySetCache
        /// Counts exchanges of the source: an answer of a former one counts for nothing.
        var sourceNumber = 0
        var queue = TokenQueue()
        var view: TokenView
        /// In words, while the newest keys or denials could not be had.
        var keyTrouble: String?
        var denyTrouble: String?
        var sharedTrouble: String?
    }

    let log: Log
    let counters = TokenCounters()
    let times: KeySetCacheTimes
    /// By which keys grow old; tests have their own.
    let clock: @Sendable () -> Instant
    private let sharing: Sharing?
    private let denyFile: Lock<String?>
    let state: Lock<State>
    private let versionCount = Atomic<Int>(0)
    private let threadCount: Int
    private let bells = Lock<[Wakeup]>([])
    private let nextBell = Atomic<Int>(0)
    private let desks = Lock<[Mailbox<TokenAnswer>]>([])

    /// `settings` have their files read, and were found right.
    init(
        _ settings: TokenSettings, log: Log, times: KeySetCacheTimes = KeySetCacheTimes(), sharing: Sharing? = nil,
        clock: @escaping @Sendable () -> Instant = { Instant.now() }
    ) throws(TokenKeys.Problem) {
        let keys = try TokenKeys(settings)
        let denied = settings.files.denied.flatMap { try? DenyList(json: $0) } ?? DenyList()
        self.log = log
        self.times = times
        self.clock = clock
        self.sharing = sharing
        denyFile = Lock(settings.denyFile)
        threadCount = settings.threads > 0 ? settings.threads : max(1, Threads.availableProcessors() / 2)
        let found = keys.ofFile
        state = Lock(
            State(
                keys: keys, denied: denied, shared: sharing == nil ? DenyList() : nil, found: found,
                cache: KeySetCache(times: times),
                view: TokenOffice.view(keys, found, denied, sharing == nil ? DenyList() : nil)))
    }

    /// A deny list in Redis.
    struct Sharing: Sendable {
        let connection: RedisConnectionConfiguration
        let key: String
    }

    private static func view(
        _ keys: TokenKeys, _ found: [VerificationKey], _ denied: DenyList, _ shared: DenyList?
    ) -> TokenView {
        // A file's set changes once a second at most, and then a new view comes; only an issuer may be asked because of a token.
        var mayGetOthers = false
        if case .http = keys.source { mayGetOthers = true }
        return TokenView(keys.verifier(found), denied: shared.map(denied.union), mayGetOthers: mayGetOthers)
    }

    /// The threads begin; once.
    func start() throws(SystemError) {
        for number in 0..<threadCount {
            let loop = UncheckedLoop(try EventLoop())
            bells.withLock { $0.append(loop.value.wakeup) }
            try Threads.start("token-\(number)") { [self] in
                loop.value.onWakeup { self.work() }
                loop.value.run()
            }.detach()
        }
        let keeper = UncheckedLoop(try EventLoop())
        try Threads.start("token-keeper") { [self] in
            let link = sharing.map { DenyLink(self, on: keeper.value, $0.connection, key: $0.key) }
            TokenKeeper(self, on: keeper.value, link).run()
        }.detach()
    }

    // MARK: Views

    /// Changes with every exchange of the view.
    var version: Int { versionCount.load(ordering: .acquiring) }
    var view: TokenView { state.withLock { $0.view } }

    /// In the lock: from now on tokens are judged by this.
    func renew(_ state: inout State) {
        state.view = TokenOffice.view(state.keys, state.found, state.denied, state.shared)
        versionCount.add(1, ordering: .releasing)
    }

    /// What deserves a word in /health.
    var troubles: [String] {
        state.withLock { state in [state.keyTrouble, state.denyTrouble, state.sharedTrouble].compactMap { $0 } }
    }

    func add(_ desk: Mailbox<TokenAnswer>) { desks.withLock { $0.append(desk) } }

    /// Settings of a SIGHUP, right and with their files read. Keys of the same source stay until newer ones come.
    func apply(_ settings: TokenSettings) throws(TokenKeys.Problem) {
        let keys = try TokenKeys(settings)
        let denied = settings.files.denied.flatMap { try? DenyList(json: $0) } ?? DenyList()
        denyFile.withLock { $0 = settings.denyFile }
        let hasChanged = state.withLock { state in
            if keys.source != state.keys.source {
                state.sourceNumber += 1
                state.cache = KeySetCache(times: times)
                state.found = []
                state.queue.unpark()
            }
            if !keys.ofFile.isEmpty { state.found = keys.ofFile }
            let hasChanged = state.denied != denied
            state.keys = keys
            state.denied = denied
            state.keyTrouble = nil
            state.denyTrouble = nil
            renew(&state)
            return hasChanged
        }
        ringAll()
        if hasChanged { tellDenied() }
        fetchIfDue()
    }

    // MARK: Denials

    var watchedDenyFile: String? { denyFile.withLock { $0 } }

    func take(_ denied: DenyList) {
        exchange(denied, "") { state in
            defer { (state.denied, state.denyTrouble) = (denied, nil) }
            return state.denied != denied
        }
    }

    func denyListFailed(_ words: String) {
        state.withLock { $0.denyTrouble = "the deny list is not the newest: \(words)" }
        log.write(.error, "deny list", "\(words); what was read before holds on")
    }

    /// What Redis has.
    func takeShared(_ denied: DenyList) {
        exchange(denied, " from Redis") { state in
            defer { (state.shared, state.sharedTrouble) = (denied, nil) }
            return state.shared != denied
        }
    }

    /// `take` returns whether the list is another one.
    private func exchange(_ denied: DenyList, _ source: String, _ take: (inout State) -> Bool) {
        let hasChanged = state.withLock { state in
            let hasChanged = take(&state)
            renew(&state)
            return hasChanged
        }
        guard hasChanged else { return }
        log.write(.info, "deny list", "\(denied.count) entries\(source)")
        tellDenied()
    }

    func sharedDenialsFailed(_ words: String) {
        let isNews = state.withLock { state in
            let hold = state.shared == nil ? "nobody is let in before it is" : "what was read before holds on"
            let isNews = state.sharedTrouble == nil
            state.sharedTrouble = "the deny list is not read from Redis: \(words); \(hold)"
            return isNews
        }
        if isNews { log.write(.error, "deny list", "not read: \(words)") }
    }

    /// Redis has a list that is not the one in force.
    var isDenyListMissing: Bool { state.withLock { $0.sharedTrouble != nil } }

    private func tellDenied() {
        for desk in desks.withLock({ $0 }) { desk.post(.deniedChanged) }
    }

    // MARK: Verifying

    /// False: this address, or the node, has as many waiting as it may.
    func submit(_ job: TokenJob) -> Bool {
        guard state.withLock({ $0.queue.add(job) }) else { return false }
        ring()
        return true
    }

    private func ring() {
        let number = nextBell.add(1, ordering: .relaxed).newValue
        let bell = bells.withLock { $0.isEmpty ? nil : $0[Int(UInt(bitPattern: number) % UInt($0.count))] }
        bell?.signal()
    }

    func ringAll() { for bell in bells.withLock({ $0 }) { bell.signal() } }

    /// On a thread of its own: everything that waits.
    private func work() {
        while true {
            let next = state.withLock { state in state.queue.next().map { ($0, state.view) } }
            guard let (job, view) = next else { return }
            counters.countThread()
            verify(job, view)
        }
    }

    private func verify(_ job: TokenJob, _ view: TokenView) {
        let now = Int64(WallClock.milliseconds() / 1_000)
        var answer: TokenAnswer
        do throws(TokenFault) {
            switch job.use {
            case .connection: answer = .connection(job.number, try view.judge(job.token.span, now: now))
            case .subscription: answer = .subscription(job.number, try view.judge(job.token.span, now: now))
            }
        } catch {
            // While there is no key at all the issuer is to blame, not the token.
            if error.mayBeNewKey || !view.hasKeys, !job.isSecondTry, waitForKeys(job) { return }
            answer = job.refused(view.hasKeys ? error : nil)
        }
        state.withLock { $0.queue.finished(job) }
        job.answers.post(answer)
    }
}

extension TokenJob {
    /// Nil: try again later.
    func refused(_ fault: TokenFault?) -> TokenAnswer {
        switch use {
        case .connection: .connection(number, fault.map { TokenVerdict($0) } ?? .busy)
        case .subscription: .subscription(number, fault.map { TokenVerdict($0) } ?? .busy)
        }
    }
}

/// Carries a loop to its thread, once, before anyone else touches it.
struct UncheckedLoop: @unchecked Sendable {
    let value: EventLoop
    init(_ value: EventLoop) { self.value = value }
}
