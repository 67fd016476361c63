// Who may speak to this server before anything else is looked at: by proxy, by host name, by origin. Compiled once from the settings.

import EventLoop
import WSProtocol

struct AccessPolicy: Sendable {
    /// Anybody may ask, also through proxies and under any name: the operator wants it so, or everybody shows a token. What a page of
    /// strangers could do with a name of its own (row W11) it does with the rights of nobody, for a browser keeps no token for it.
    private let isOpen: Bool
    private let hosts: HostRule
    private let origins: OriginRule
    private let trustedProxies: [CIDR]

    init(_ configuration: Configuration, listening: [ListenAddress]) throws(SettingProblem) {
        isOpen = configuration.isOpen || configuration.tokens.isAsked
        trustedProxies = configuration.trustedProxies
        let addresses = listening.compactMap { $0.address.ip.map(String.init(describing:)) }
        hosts = HostRule(names: configuration.hosts, addresses: addresses)
        var allowed: [Origin] = []
        for text in configuration.allowedOrigins {
            guard let origin = Origin(text) else {
                throw SettingProblem(
                    because:
                        "\"\(Printable.text(text, atMost: 80))\" is not an origin; write scheme://host[:port] or null, without a path"
                )
            }
            allowed.append(origin)
        }
        origins = OriginRule(allowed: allowed)
    }

    /// Without `--open` and without keys for tokens the server serves programs of this machine that speak to it directly (row W11).
    func check(_ head: RequestHead) throws(HTTPRefusal) {
        guard !isOpen else { return }
        let marks: [(FieldName, String)] = [
            (.forwarded, "Forwarded"), (.xForwardedFor, "X-Forwarded-For"), (.via, "Via"),
        ]
        for (field, name) in marks where head.fields.contains(field) {
            throw HTTPRefusal(
                .forbidden,
                "The request came through a proxy (it has \(name)), but this server serves only programs of its own machine; start it with --open, or with a key for tokens."
            )
        }
        try hosts.check(head)
    }

    /// Browsers tell which page asks; pages of strangers may not.
    func checkOrigin(_ head: RequestHead) throws(HTTPRefusal) { try origins.check(head) }

    var hasTrustedProxies: Bool { !trustedProxies.isEmpty }

    func isTrustedProxy(_ address: IPAddress) -> Bool { trustedProxies.contains { $0.contains(address) } }

    /// The client's address: the peer's, or what trusted proxies say of it, read from the right (row H11).
    func clientAddress(peer: IPAddress, _ head: RequestHead) -> IPAddress {
        guard !trustedProxies.isEmpty, isTrustedProxy(peer) else { return peer }
        let text = ForwardedFor.client(peer: "\(peer)", values: head.fields.values(of: .xForwardedFor)) { entry in
            IPAddress(entry).map(isTrustedProxy) ?? false
        }
        return IPAddress(text) ?? peer
    }
}
