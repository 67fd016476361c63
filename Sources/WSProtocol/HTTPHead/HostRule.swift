// Which `Host` names are ours (faults W11, DNS rebinding): a page of evil.example whose name now points at our loopback address
// still sends `Host: evil.example`.

/// Decides on the host a request is for.
package struct HostRule: Sendable {
    /// Names and literals besides `localhost` and the loopback literals, in lower case, without port.
    package var names: Set<String>
    /// The addresses we listen on.
    package var addresses: Set<IPLiteral>

    /// `names` are host names or literals of ours ("chat.example", "192.0.2.7", "[::1]"), `addresses` the IP addresses we
    /// listen on, as text.
    package init(names: [String] = [], addresses: [String] = []) {
        self.names = Set(names.map { String(decoding: $0.utf8.map(ByteClass.lowercased), as: UTF8.self) })
        // A name may be a literal too; then the address counts, however it is written.
        let literals = names.compactMap { Authority($0)?.address }
        self.addresses = Set(addresses.compactMap { IPLiteral($0.utf8) } + literals)
    }

    /// Returns when the host is ours or absent (HTTP/1.0); else 421.
    package func check(_ head: RequestHead) throws(HTTPRefusal) {
        guard let authority = head.authority, !isOurs(authority) else { return }
        throw HTTPRefusal(
            .misdirectedRequest,
            "This server does not answer for the host \(Quoted.text(authority.host)); name it with --host.")
    }

    package func isOurs(_ authority: Authority) -> Bool {
        if let address = authority.address { return address.isLoopback || addresses.contains(address) }
        return authority.host == "localhost" || names.contains(authority.host)
    }
}
