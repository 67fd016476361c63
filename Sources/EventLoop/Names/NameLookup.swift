// The search for the addresses of one name, without a socket: which server to ask what, and what its answers mean.
//
// For each full name (the host, and the host in the search domains), for each server, for each attempt: ask for A and AAAA at
// once and wait for both. Addresses found: done. "No such name" or no address from a server: the next full name. An error or
// silence: the next server. Silence for one of the two types does not hold back the addresses of the other.

/// One search. Ids come from the caller, who must draw them at random: they are what an attacker has to guess.
package struct NameLookup {
    package enum Action: Hashable {
        /// Ask `server` both, with a socket of its own; the answers count until `deadline`.
        case ask(server: SocketAddress, queries: [[UInt8]], deadline: Instant)
        case wait
        case found([IPAddress])
        case failed(ResolveFailure)
    }

    private struct Pending {
        let question: DNSQuestion
        let id: UInt16
        var answer: DNSAnswer?
    }

    private let host: String
    private let configuration: ResolverConfiguration
    private var candidates: [DNSName]
    private var pending: [Pending] = []
    /// How often a server was asked for the current candidate.
    private var tries = 0
    /// The last error code of a server.
    private var refusal: UInt8?

    package init(host: String, configuration: ResolverConfiguration) {
        self.host = host
        self.configuration = configuration
        candidates = configuration.candidates(for: host).compactMap { DNSName(host: $0) }
    }

    /// Begins; to be called once. `ids` are the two ids of the next queries, should there be any.
    package mutating func start(now: Instant, ids: UInt32) -> Action {
        guard !candidates.isEmpty, DNSName(host: host.hasSuffix(".") ? String(host.dropLast()) : host) != nil else {
            return .failed(.notAName(host))
        }
        guard !configuration.servers.isEmpty else { return .failed(.noAnswer(host)) }
        return ask(now, ids)
    }

    /// A datagram came from the server that was asked last.
    package mutating func receive(_ message: Span<UInt8>, now: Instant, ids: UInt32) -> Action {
        for index in pending.indices where pending[index].answer == nil {
            if let answer = DNSAnswer(message, to: pending[index].question, id: pending[index].id) {
                pending[index].answer = answer
            }
        }
        guard pending.allSatisfy({ $0.answer != nil }) else { return .wait }
        return conclude(now, ids)
    }

    /// The deadline of the last `ask` has come, or its server cannot be reached.
    package mutating func serverFailed(now: Instant, ids: UInt32) -> Action {
        conclude(now, ids)
    }

    private mutating func conclude(_ now: Instant, _ ids: UInt32) -> Action {
        let answers = pending.compactMap(\.answer)
        let addresses = answers.flatMap(\.addresses)
        if !addresses.isEmpty { return .found(addresses) }
        for answer in answers {
            if case .refused(let code) = answer.outcome { refusal = code }
        }
        let isSilent = answers.count < pending.count
        let isRefused = answers.contains { if case .refused = $0.outcome { true } else { false } }
        if isSilent || isRefused {
            tries += 1
            if tries < configuration.servers.count * configuration.attempts { return ask(now, ids) }
            if let refusal { return .failed(.refused(host, code: refusal)) }
            return .failed(.noAnswer(host))
        }
        candidates.removeFirst()
        tries = 0
        return candidates.isEmpty ? .failed(.noSuchName(host)) : ask(now, ids)
    }

    private mutating func ask(_ now: Instant, _ ids: UInt32) -> Action {
        let server = configuration.servers[tries % configuration.servers.count]
        pending = [
            Pending(question: DNSQuestion(name: candidates[0], type: .a), id: UInt16(ids >> 16)),
            Pending(question: DNSQuestion(name: candidates[0], type: .aaaa), id: UInt16(truncatingIfNeeded: ids)),
        ]
        return .ask(
            server: server, queries: pending.map { $0.question.encode(id: $0.id) },
            deadline: now.adding(milliseconds: configuration.timeoutMilliseconds))
    }
}
