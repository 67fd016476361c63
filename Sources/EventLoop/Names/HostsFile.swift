// The names of /etc/hosts (hosts(5)): an address, then its names; `#` begins a comment.

/// A parsed hosts file.
package struct HostsFile {
    private var addresses: [String: [IPAddress]] = [:]

    package init(_ text: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
            guard let first = words.first, let address = IPAddress(first) else { continue }
            for name in words.dropFirst() where addresses[name.lowercased()]?.contains(address) != true {
                addresses[name.lowercased(), default: []].append(address)
            }
        }
    }

    /// The addresses of `name` in the order of the file; empty when it is not there.
    package func addresses(of name: String) -> [IPAddress] {
        if let found = addresses[name.lowercased()] { return found }
        // RFC 6761 §6.3 — localhost is the loopback whatever files say.
        let lowercased = name.lowercased()
        return lowercased == "localhost" || lowercased.hasSuffix(".localhost") ? [.loopback, .loopback6] : []
    }
}
