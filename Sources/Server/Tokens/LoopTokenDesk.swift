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
    private var connections: [UInt64: (TokenVerdict<ConnectionClaims>) -> Void] = [:]
    private var subscriptions: [UInt64: (TokenVerdict<SubscriptionClaims>) -> Void] = [:]
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
    ) {
        refresh()
        let bytes = Array(token.utf8)
        if let verdict = atOnce(bytes, { (now) throws(TokenFault) in try view.connection(bytes.span, now: now) }) {
            return done(tell(verdict))
        }
        connections[nextNumber] = done
        guard submit(bytes, .connection, address) else {
            connections[nextNumber] = nil
            return done(tell(.busy))
        }
        nextNumber += 1
    }

    func verifySubscription(
        _ token: String, from address: IPAddress, _ done: @escaping (TokenVerdict<SubscriptionClaims>) -> Void
    ) {
        refresh()
        let bytes = Array(token.utf8)
        if let verdict = atOnce(bytes, { (now) throws(TokenFault) in try view.subscription(bytes.span, now: now) }) {
            return done(tell(verdict))
        }
        subscriptions[nextNumber] = done
        guard submit(bytes, .subscription, address) else {
            subscriptions[nextNumber] = nil
            return done(tell(.busy))
        }
        nextNumber += 1
    }

    func isRevoked(user: String, tokenIdentifier: String?) -> Bool {
        refresh()
        return view.denied?.holds(user: user, tokenIdentifier: tokenIdentifier, now: LoopTokenDesk.now()) ?? false
    }

    // MARK: Judging

    private static func now() -> Int64 { Int64(WallClock.milliseconds() / 1_000) }

    /// Nil: a thread must look at it.
    private func atOnce<Claims>(
        _ token: [UInt8], _ judge: (Int64) throws(TokenFault) -> TokenVerdict<Claims>
    ) -> TokenVerdict<Claims>? {
        // Row J11: nothing of it is copied to anywhere.
        guard token.count <= TokenLimits.tokenBytesMax else {
            return TokenVerdict(TokenFault.tooLong(byteCount: token.count))
        }
        guard view.isCheap else { return nil }
        do throws(TokenFault) { return try judge(LoopTokenDesk.now()) } catch { return TokenVerdict(error) }
    }

    private func submit(_ token: [UInt8], _ use: TokenJob.Use, _ address: IPAddress) -> Bool {
        office.submit(
            TokenJob(
                number: nextNumber, token: token, use: use, address: TokenJob.origin(address), answers: answers))
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
            case .connection(let number, var verdict):
                // Denied since the thread has looked: nobody is connected yet who could be swept out.
                if case .accepted(let claims) = verdict,
                    isRevoked(user: claims.user, tokenIdentifier: claims.tokenIdentifier)
                {
                    verdict = .revoked
                }
                connections.removeValue(forKey: number)?(tell(verdict))
            case .subscription(let number, var verdict):
                if case .accepted(let claims) = verdict,
                    isRevoked(user: claims.user, tokenIdentifier: claims.tokenIdentifier)
                {
                    verdict = .revoked
                }
                subscriptions.removeValue(forKey: number)?(tell(verdict))
            case .deniedChanged:
                refresh()
                onDenied()
            }
        }
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
