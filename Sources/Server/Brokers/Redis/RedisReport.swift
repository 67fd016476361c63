// What people read of the links to Redis: one line in the status, and few lines in the log. The same trouble is logged once,
// and again after a minute if it lasts. Neither ever holds a password or a payload.

final class RedisReport {
    /// How the links stand.
    enum Links {
        case lost(String, nextDialInMilliseconds: Int)
        /// Not both are up yet.
        case dialing
        /// Both are up, subscriptions are on their way.
        case subscribing
        /// `isUseful`: some channel is open, or none is wanted.
        case open(isUseful: Bool)
    }

    private static let repeatMilliseconds: UInt64 = 60_000

    let status: BrokerStatus
    private let place: String
    private let log: (Log.Level, String) -> Void
    private var wasOpen = false
    private var logged: (reason: String, at: UInt64)?
    private var loggedOversizedAt: UInt64?
    /// The protocol and the version of the server, once it told them.
    var welcome = ""
    /// Why a channel cannot be subscribed to.
    private(set) var refusal: String?

    init(status: BrokerStatus, place: String, log: @escaping (Log.Level, String) -> Void) {
        self.status = status
        self.place = place
        self.log = log
        status.set(isReady: false, "connecting to \(place)")
    }

    func update(_ links: Links, now: UInt64) {
        switch links {
        case .lost(let reason, let pause):
            close()
            logOnce(reason, "not connected to \(place): \(reason); trying again", now: now)
            let next = pause < 100 ? "" : "; next try in \(pause / 1_000).\(pause / 100 % 10) s"
            status.set(isReady: false, "not connected to \(place): \(reason)\(next)")
        case .dialing:
            close()
        case .subscribing:
            close()
            status.set(isReady: false, "connected to \(place)\(welcome), subscribing")
        case .open(let isUseful):
            if !wasOpen {
                wasOpen = true
                logged = nil
                status.connectsTotal.add()
                log(.info, "connected to \(place)\(welcome)")
            }
            let but = refusal.map { ", but \($0)" } ?? ""
            status.set(isReady: refusal == nil || isUseful, "connected to \(place)\(welcome)\(but)")
        }
    }

    private func close() {
        guard wasOpen else { return }
        wasOpen = false
        status.disconnectsTotal.add()
    }

    func subscriptionRefused(_ name: ChannelName, _ text: String) {
        let words = "the server refuses to subscribe to \(Printable.text("\(name)", atMost: 80)): \(text)"
        if refusal != words { log(.warning, words) }
        refusal = words
    }

    func noSubscriptionIsRefused() { refusal = nil }

    func publishRefused(_ text: String, now: UInt64) { logOnce(text, "PUBLISH was refused: \(text)", now: now) }

    func oversized(byteCount: Int, limit: Int, now: UInt64) {
        status.oversizedTotal.add()
        if let at = loggedOversizedAt, now < at + RedisReport.repeatMilliseconds { return }
        loggedOversizedAt = now
        log(.warning, "skipped a publication of \(byteCount) bytes, over the limit of \(limit)")
    }

    private func logOnce(_ reason: String, _ line: String, now: UInt64) {
        if let logged, logged.reason == reason, now < logged.at + RedisReport.repeatMilliseconds { return }
        logged = (reason, now)
        log(.warning, line)
    }
}
