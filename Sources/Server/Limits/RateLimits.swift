// Which rates are limited, and for whom. A closed set: its names are settings and labels of `/metrics` (row H12).

/// What is counted.
enum LimitKind: Int, CaseIterable, Sendable {
    case messages, bytes, subscriptions, connects

    var label: String {
        switch self {
        case .messages: "messages"
        case .bytes: "bytes"
        case .subscriptions: "subscriptions"
        case .connects: "connects"
        }
    }
}

/// For whom it is counted.
enum LimitScope: Int, CaseIterable, Sendable {
    case connection, user, address

    var label: String {
        switch self {
        case .connection: "connection"
        case .user: "user"
        case .address: "address"
        }
    }
}

/// One of the limits there are.
struct LimitName: Hashable, CaseIterable, Sendable {
    let kind: LimitKind
    let scope: LimitScope

    /// A connection connects once: that has no rate.
    static let allCases: [LimitName] = LimitKind.allCases.flatMap { kind in
        LimitScope.allCases.filter { kind != .connects || $0 != .connection }.map { LimitName(kind: kind, scope: $0) }
    }

    var flag: String { "--limit-\(kind.label)-per-\(scope.label)" }
    /// One sentence for `--help`.
    var help: String {
        let rate = kind == .bytes ? "64KiB/s:1MiB" : "20/s:60"
        let of: String
        switch scope {
        case .connection: of = "of one connection"
        case .user: of = "of one user, over all connections of the node"
        case .address: of = "of one address (IPv6: of its /64)"
        }
        switch kind {
        case .messages:
            return "Commands \(of), such as \(rate): so many a second, and so many at once; above it error 111."
        case .bytes: return "Bytes of commands \(of), such as \(rate); above it error 111."
        case .subscriptions: return "Subscriptions asked for \(of); above it error 111."
        case .connects:
            return scope == .address
                ? "New connections \(of); above it 429." : "Connect commands \(of); above it error 111."
        }
    }
    /// Where its counter stands.
    var number: Int { kind.rawValue * LimitScope.allCases.count + scope.rawValue }
    static let numbers = LimitKind.allCases.count * LimitScope.allCases.count
}

/// The rates in force; all off at first.
struct RateLimits: Equatable, Sendable {
    private var rates = [Rate?](repeating: nil, count: LimitName.numbers)

    subscript(kind: LimitKind, scope: LimitScope) -> Rate? {
        get { rates[LimitName(kind: kind, scope: scope).number] }
        set { rates[LimitName(kind: kind, scope: scope).number] = newValue }
    }

    var isOff: Bool { rates.allSatisfy { $0 == nil } }
}
