// The desk of one loop. HMAC is verified at once: a hash of at most 8 KiB costs less than the way to another thread. Everything with a public key
// goes there, with a cap for each address (row J13).

import EventLoop
import JWT

final class LoopTokenDesk: TokenDesk {
    private let office: TokenOffice
    private let log: Log
    private let answers: Mailbox<TokenAnswer>
    private var view: TokenView
    private var version: Int
    private var nextNumber: UInt64 = 0
    /// Who is waiting for which answer.
    private typealias Waiting<Claims: TokenClaims> = [UInt64: (TokenVerdict<Claims>) -> Void]
    private var connections: Waiting<ConnectionClaims> = [:]
    private var subscriptions: Waiting<SubscriptionClaims> = [:]
    var onDenied: () -> Void = {}

    init(_ office: TokenOffice, on loop: EventLoop) {
        self.office = office
        log = office.log
        version = office.version
        view = office.view
        answers = Mailbox(wakeup: loop.wakeup)
        office.add(answers)
        loop.onWakeup { [weak self] in self?.deliver() }
    }

    var isOpen: Bool { false }

    func verifyConnection(
        _ token: String, from address: IPAddress, _ done: @escaping (TokenVerdict<ConnectionClaims>) -> Void
    ) { verify(token, .connection, address, \.connections, done) }

    func verifySubscription(
        _ token: String, from address: IPAddress, _ done: @escaping (TokenVerdict<SubscriptionClaims>) -> Void
    ) { verify(token, .subscription, address, \.subscriptions, done) }

    func isRevoked(user: String, tokenIdentifier: String?) -> Bool {
        refresh()
        return view.denied?.holds(user: user, tokenIdentifier: tokenIdentifier, now: LoopTokenDesk.now()) ?? false
    }

    // MARK: Judging

    private static func now() -> Int64 { Int64(WallClock.milliseconds() / 1_000) }

    private func verify<Claims>(
        _ token: String, _ use: TokenJob.Use, _ address: IPAddress,
        _ waiting: ReferenceWritableKeyPath<LoopTokenDesk, Waiting<Claims>>,
        _ done: @escaping (TokenVerdict<Claims>) -> Void
    ) {
        refresh()
        let bytes = Array(token.utf8)
        if let verdict: TokenVerdict<Claims> = atOnce(bytes) { return done(tell(verdict)) }
        let job = TokenJob(
            number: nextNumber, token: bytes, use: use, address: TokenJob.origin(address), answers: answers)
        guard office.submit(job) else { return done(tell(.busy)) }
        // The answer comes in a later turn.
        self[keyPath: waiting][nextNumber] = done
        nextNumber += 1
    }

    /// Nil: a thread must look at it.
    private func atOnce<Claims: TokenClaims>(_ token: [UInt8]) -> TokenVerdict<Claims>? {
        // Row J11: nothing of it is copied to anywhere.
        guard token.count <= TokenLimits.tokenBytesMax else {
            return TokenVerdict(TokenFault.tooLong(byteCount: token.count))
        }
        guard view.isCheap else { return nil }
        do throws(TokenFault) {
            return try view.judge(token.span, now: LoopTokenDesk.now())
        } catch {
            return TokenVerdict(error)
        }
    }

    /// The view of this moment: a look at a number, a lock only when it has changed.
    private func refresh() {
        let latest = office.version
        guard latest != version else { return }
        version = latest
        view = office.view
    }

    // MARK: Answers

    private func deliver() {
        for answer in answers.drain() {
            switch answer {
            case .connection(let number, let verdict):
                connections.removeValue(forKey: number)?(tell(stillTrue(verdict)))
            case .subscription(let number, let verdict):
                subscriptions.removeValue(forKey: number)?(tell(stillTrue(verdict)))
            case .deniedChanged:
                refresh()
                onDenied()
            }
        }
    }

    /// Denied since the thread has looked: nobody is connected yet who could be swept out.
    private func stillTrue<Claims: TokenClaims>(_ verdict: TokenVerdict<Claims>) -> TokenVerdict<Claims> {
        guard case .accepted(let claims) = verdict,
            isRevoked(user: claims.user, tokenIdentifier: claims.tokenIdentifier)
        else { return verdict }
        return .revoked
    }

    /// Counts it, and tells an operator why tokens are refused: some lines a minute, never a token.
    private func tell<Claims>(_ verdict: TokenVerdict<Claims>) -> TokenVerdict<Claims> {
        office.counters.count(verdict.outcome)
        if case .invalid(let words) = verdict {
            log.write(.warning, "token refused", Printable.text(words, atMost: 300))
        }
        return verdict
    }
}
