// Where to connect: `ws://127.0.0.1:8000/ws/{n}`. Addresses are literal (or `localhost`): a load generator that waits for a name
// server measures that.

import EventLoop
import WSProtocol

struct FanoutURL: Equatable {
    let address: SocketAddress
    let host: String
    /// With {n} and {channel}; begins with a slash.
    let path: Template

    /// Throws a sentence.
    init(parsing text: String) throws(FanoutProblem) {
        let scheme = "ws://"
        guard text.hasPrefix(scheme) else {
            let why = text.hasPrefix("wss://") ? "TLS is not spoken here" : "expected ws://address:port/path"
            throw FanoutProblem("\(text): \(why)")
        }
        let rest = text.dropFirst(scheme.count)
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let authority = String(rest[..<slash])
        let path = slash == rest.endIndex ? "/" : String(rest[slash...])
        let hasPort = authority.hasSuffix("]") ? false : authority.contains(":")
        let full = hasPort ? authority : authority + ":80"
        let literal = full.hasPrefix("localhost:") ? "127.0.0.1:" + full.dropFirst("localhost:".count) : full
        do throws(AddressError) {
            address = try SocketAddress(parsing: literal)
        } catch {
            throw FanoutProblem("\(text): \(error)")
        }
        let isTarget = Template(path).text(number: 0, channel: 0).utf8.allSatisfy(FanoutURL.isTarget)
        guard isTarget, Authority(authority) != nil else {
            throw FanoutProblem("\(text): the host or the path cannot stand in a request as it is")
        }
        host = authority
        self.path = Template(path)
    }

    /// RFC 3986 §2, a little wider as browsers are: what the client's handshake sends unchanged.
    private static func isTarget(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "#"), UInt8(ascii: "<"), UInt8(ascii: ">"): false
        default: byte > 0x20 && byte < 0x7F
        }
    }
}
