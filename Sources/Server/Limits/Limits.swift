// Rate limits as a loop asks them (row P15): may this connection do this now? First the connection's own buckets, then those of its user and of its
// address, which the whole node shares. Nothing is asked while every limit is off.
//
// What becomes of a refusal: a command is answered with error 111, which SDKs try again later; who is refused a hundred times and goes on is closed
// with 3013, so that nobody can make the node write refusals for ever. A new TCP connection is answered 429.

import EventLoop

/// What a door does with a use.
enum LimitVerdict: Equatable, Sendable {
    case allowed
    /// Error 111. What has no reply closes with 3013 instead.
    case refused
    /// Disconnect 3013.
    case close
}

/// What a connection of the protocol door keeps for its limits: some 70 bytes.
struct ConnectionLimits: Sendable {
    fileprivate var buckets = Buckets()
    fileprivate var refusals = Buckets()
    fileprivate var user: BucketKey?
    fileprivate let address: BucketKey

    /// Before it is known who it is. Behind a proxy that is trusted: the client's address.
    init(address: IPAddress) { self.address = BucketKey(address: address) }

    /// The anonymous (an empty `user`) have no buckets of a user.
    mutating func identify(user: String) { self.user = user.isEmpty ? nil : BucketKey(user: user) }
}

/// The shared tables of a node.
final class LimitTables: Sendable {
    /// Users and addresses that are remembered at the same time, of each so many: some 6 MiB when they are all there.
    static let capacity = 1 << 16

    let users: SharedBuckets
    let addresses: SharedBuckets

    init(capacity: Int = LimitTables.capacity) {
        users = SharedBuckets(capacity: capacity)
        addresses = SharedBuckets(capacity: capacity)
    }
}

/// One loop's view: rates and counters of its own, tables of the node.
final class Limits {
    private let tables: LimitTables
    private let counters: LimitCounters
    /// False: one branch, and everything is allowed.
    private(set) var isOn = false
    private var connection: ScopeRates
    private var user: ScopeRates
    private var address: ScopeRates
    /// Each connection may be refused so often; see above.
    private static let refusalRates: ScopeRates = {
        var limits = RateLimits()
        limits[.messages, .connection] = Rate(count: 60, .minute, burst: 100)
        return ScopeRates(limits, .connection)
    }()

    init(_ limits: RateLimits, _ tables: LimitTables, _ counters: LimitCounters) {
        self.tables = tables
        self.counters = counters
        connection = ScopeRates(limits, .connection)
        user = ScopeRates(limits, .user)
        address = ScopeRates(limits, .address)
        isOn = !limits.isOff
    }

    /// From now on these hold; what was used stays used.
    func apply(_ limits: RateLimits) {
        connection = ScopeRates(limits, .connection)
        user = ScopeRates(limits, .user)
        address = ScopeRates(limits, .address)
        isOn = !limits.isOff
    }

    /// One command of `bytes` bytes, whatever it is.
    @inline(__always)
    func admitMessage(bytes: Int, _ limits: inout ConnectionLimits, now: Instant) -> LimitVerdict {
        isOn ? admit(.message(bytes: bytes), &limits, now) : .allowed
    }

    /// One subscription that a client asks for, beside the command.
    @inline(__always)
    func admitSubscription(_ limits: inout ConnectionLimits, now: Instant) -> LimitVerdict {
        isOn ? admit(.one(.subscriptions), &limits, now) : .allowed
    }

    /// A connect command whose user is known (`identify`). The address was asked when its connection was accepted.
    @inline(__always)
    func admitConnect(_ limits: inout ConnectionLimits, now: Instant) -> LimitVerdict {
        isOn ? admit(.one(.connects), &limits, now) : .allowed
    }

    /// A connection that was accepted, or a handshake that came through a proxy. False: answered 429.
    func admitsConnection(from ip: IPAddress, now: Instant) -> Bool {
        let use = Use.one(.connects)
        guard isOn, address.limits(use),
            tables.addresses.charge(BucketKey(address: ip), use, address, now: now) != nil
        else { return true }
        count(.connects, .address)
        return false
    }

    private func admit(_ use: Use, _ limits: inout ConnectionLimits, _ now: Instant) -> LimitVerdict {
        if let kind = limits.buckets.charge(use, connection, now: now) {
            return refuse(kind, .connection, &limits, now)
        }
        let isOfUser = user.limits(use)
        if isOfUser, let key = limits.user, let kind = tables.users.charge(key, use, user, now: now) {
            limits.buckets.giveBack(use, connection)
            return refuse(kind, .user, &limits, now)
        }
        let isConnect = use == .one(.connects)
        if !isConnect, address.limits(use),
            let kind = tables.addresses.charge(limits.address, use, address, now: now)
        {
            limits.buckets.giveBack(use, connection)
            if isOfUser, let key = limits.user { tables.users.giveBack(key, use, user, now: now) }
            return refuse(kind, .address, &limits, now)
        }
        return .allowed
    }

    private func refuse(
        _ kind: LimitKind, _ scope: LimitScope, _ limits: inout ConnectionLimits, _ now: Instant
    ) -> LimitVerdict {
        count(kind, scope)
        let isTooMuch = limits.refusals.charge(.one(.messages), Limits.refusalRates, now: now) != nil
        return isTooMuch ? .close : .refused
    }

    private func count(_ kind: LimitKind, _ scope: LimitScope) {
        counters[LimitName(kind: kind, scope: scope)].add()
    }
}
