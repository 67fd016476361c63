// The client's address behind proxies (faults H11). Each proxy appends the address it saw to X-Forwarded-For; only what a trusted
// proxy wrote counts, so the list is read from the right and the first address nobody vouches for is the client.

/// Finds the client's address.
package enum ForwardedFor {
    /// How many entries are looked at; a longer list of trusted proxies does not exist.
    static let entriesMax = 32

    /// The address of the client as text. `peer` is the address of the TCP connection, `values` the values of all
    /// X-Forwarded-For fields in order, `isTrusted` says whether an address is one of our proxies.
    package static func client(peer: String, values: [String], isTrusted: (String) -> Bool) -> String {
        var client = peer
        let entries = values.flatMap { $0.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) }
        for entry in entries.reversed().prefix(entriesMax) {
            guard isTrusted(client), let address = address(Array(entry)) else { return client }
            client = address
        }
        return client
    }

    /// "192.0.2.1", "192.0.2.1:1234", "2001:db8::1" or "[2001:db8::1]:1234" without the port; nil for anything else.
    private static func address(_ entry: [UInt8]) -> String? {
        let text = HeaderFields.trimmed(entry[...])
        if IPLiteral(text) != nil { return String(decoding: text, as: UTF8.self) }
        guard let authority = Authority(String(decoding: text, as: UTF8.self)), authority.address != nil else {
            return nil
        }
        return authority.host.first == "[" ? String(authority.host.dropFirst().dropLast()) : authority.host
    }
}
