// Where a server that was just started will listen, as its URL says it.

import EventLoop

struct ServerTarget: Equatable {
    /// For `fanout`, the port in its place.
    let url: String
    /// Where to knock until somebody answers.
    let address: SocketAddress

    /// Nil when `template` is no `ws://address:port/path` with a literal address or localhost. The template's own port counts, if it
    /// has one instead of a place for it.
    init?(_ template: String, port: UInt16) {
        url = Places.filled(template, port: port, program: "")
        let scheme = "ws://"
        guard url.hasPrefix(scheme) else { return nil }
        let authority = url.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" }
        do throws(AddressError) {
            address = try ListenAddress(parsing: String(authority)).address
        } catch {
            return nil
        }
    }
}
