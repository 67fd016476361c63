// The server under test: where it is, who we are there, and the names that are ours. Everything a run writes has a name that begins with
// `rookery-conformance:` and a number drawn for the run; it is deleted after each case.

import EventLoop
import RESP
import RedisLink

struct RedisTarget: Sendable {
    let address: SocketAddress
    /// What AUTH gets: a password, or a user and a password; nil when none was given.
    let credentials: [[UInt8]]?
    /// Differs between runs, so that two runs at one server do not meet.
    let run: String

    init(address: SocketAddress, credentials: [[UInt8]]?, run: String) {
        self.address = address
        self.credentials = credentials
        self.run = run
    }

    /// `redis://[[user]:password@]host[:port]` or `unix:/path`.
    init(parsing text: String) throws(ConformanceProblem) {
        let parsed: RedisAddress
        do throws(RedisAddressError) {
            parsed = try RedisAddress(parsing: text)
        } catch {
            throw ConformanceProblem("\(error)")
        }
        guard parsed.database == 0 else {
            throw ConformanceProblem("the cases run in database 0; leave the number out")
        }
        let credentials = parsed.credentials.map { given in
            (given.user.map { [Array($0.utf8)] } ?? []) + [given.password]
        }
        let address: SocketAddress
        switch parsed.place {
        case .unix(let path): address = .unix(path)
        case .host(let host, let port): address = try AddressLookup.first(host, port: port)
        }
        self.init(address: address, credentials: credentials, run: String(Random.word(), radix: 36))
    }

    /// A server may repeat what it was sent; no report shows a password.
    func hidingPassword(in stop: CaseStop) -> CaseStop {
        guard let password = credentials?.last, !password.isEmpty else { return stop }
        let spellings = [
            String(decoding: password, as: UTF8.self), String(WireText.escaped(password).dropFirst().dropLast()),
        ]
        func hidden(_ text: String) -> String {
            spellings.reduce(text) { Places.replace($1, by: "(hidden)", in: $0) }
        }
        switch stop {
        case .failed(let expected, let came, let why):
            return .failed(expected: hidden(expected), came: hidden(came), why: why)
        case .skipped(let reason): return .skipped(hidden(reason))
        case .couldNotTest(let reason): return .couldNotTest(hidden(reason))
        }
    }
}
