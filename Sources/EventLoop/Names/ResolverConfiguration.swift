// Whom to ask and how: what we obey of /etc/resolv.conf (resolv.conf(5)): nameserver, search, domain, and of the options
// ndots, timeout and attempts. Without a file the machine itself is asked, as glibc does.

/// Settings of name resolution.
package struct ResolverConfiguration: Sendable {
    package var servers: [SocketAddress]
    /// Appended to names with few dots.
    package var searchDomains: [String] = []
    /// A name with so many dots is asked as it is first.
    package var dots = 1
    /// Time for one server to answer. glibc waits 5 s; a dial that waits that long has given up.
    package var timeoutMilliseconds = 2_000
    /// Rounds through all servers.
    package var attempts = 2

    package init(servers: [SocketAddress]) { self.servers = servers }

    package init(parsing text: String) {
        self.init(servers: [])
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard let keyword = words.first, words.count > 1 else { continue }
            let values = words.dropFirst()
            switch keyword {
            case "nameserver":
                // At most three, as everywhere (MAXNS). Addresses with a zone (fe80::1%eth0) are not for us.
                if servers.count < 3, let address = IPAddress(words[1]) { servers.append(.internet(address, port: 53)) }
            case "search": searchDomains = values.prefix(6).map { String($0) }
            case "domain": searchDomains = [String(words[1])]
            case "options": for option in values { obey(option) }
            default: break
            }
        }
        if servers.isEmpty { servers = [.internet(.loopback, port: 53)] }
    }

    private mutating func obey(_ option: Substring) {
        let parts = option.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let value = Int(parts[1]) else { return }
        switch parts[0] {
        case "ndots": dots = min(max(value, 0), 15)
        case "timeout": timeoutMilliseconds = min(max(value, 1), 30) * 1_000
        case "attempts": attempts = min(max(value, 1), 5)
        default: break
        }
    }

    /// The full names to ask for, in order.
    package func candidates(for host: String) -> [String] {
        if host.hasSuffix(".") { return [String(host.dropLast())] }
        let searched = searchDomains.map { domain in
            host + "." + (domain.hasSuffix(".") ? domain.dropLast() : domain[...])
        }
        return host.filter { $0 == "." }.count >= dots ? [host] + searched : searched + [host]
    }
}
