// What `rookery-bench decode` can be told. The usage is the one description of the lines that go in and come out; other
// implementations read it too.

import WSProtocol

struct DecodeSettings {
    enum Decoder {
        case resp, webSocket
    }

    var decoder: Decoder
    /// The receiving end of the frames.
    var role = Role.server
    /// What the handshake agreed on; nil: no extension.
    var deflate: PermessageDeflate?
    var limits = DecodeSettings.webSocketLimits

    /// Generous, as a probe is: a message of 64 MiB.
    private static let webSocketLimits: WSLimits = {
        var limits = WSLimits()
        limits.messageBytesMax = 64 << 20
        return limits
    }()

    static let usage = """
        usage: rookery-bench decode resp
               rookery-bench decode websocket [--role server|client] [--extension "permessage-deflate; …"]
                                              [--message-bytes-max 67108864] [--fragments-max 65536]

        A probe for differential tests. Standard input: JSON Lines {"id": any, "chunks": [hex, …]}; the chunks are fed in order to
        a fresh decoder. Standard output, a line for each line of input, written at once:

            {"id": …, "values": [V, …], "state": "idle" | "partial" | "error"}

        values: everything decoded before the end or the mistake. state: whether the decoder stands at a boundary, needs more
        bytes, or has refused the stream.

        resp        V is {"t": type, "v": value}: simple, error, bulk, bulkerror, verbatim (with "f"), int and bignum (decimal text),
                    double (as Python's repr), bool, null (no "v"), array, set, push (lists), map (a list of [key, value]).
                    Text that is not UTF-8 is {"hex": …}; what stood in front of a value is its "attrs", a list of [key, value].
                    Limits: a string of 512 MiB, 1,048,576 elements of one top-level value (a pair counts two), depth 32.
        websocket   V is an event: {"text": …}, {"binary": hex}, {"ping": hex}, {"pong": hex}, {"close": code or null, "reason": …}.
                    With "state": "error" comes "code": the close code that the connection fails with.
                    --role is the receiving end; --extension is what the server's answer says in Sec-WebSocket-Extensions.
                    The limit counts the bytes of a message after inflating. After a Close nothing is read.

        A line of input that is wrong is answered with {"id": its id or null, "error": "line 7: …"}; the rest is read on, and the
        exit status is 2.

        """

    /// nil: the arguments are wrong; what and why goes to `problem`.
    init?(_ arguments: [String], problem: inout String) {
        var rest = arguments[...]
        switch rest.popFirst() {
        case "resp": decoder = .resp
        case "websocket": decoder = .webSocket
        case let other:
            problem = "\(other ?? "nothing"): decode what? resp or websocket"
            return nil
        }
        while let name = rest.popFirst() {
            guard decoder == .webSocket else {
                problem = "\(name): resp has no options"
                return nil
            }
            guard let value = rest.popFirst() else {
                problem = "\(name): a value is missing"
                return nil
            }
            switch name {
            case "--role":
                guard value == "server" || value == "client" else {
                    problem = "--role \(value): server or client"
                    return nil
                }
                role = value == "server" ? .server : .client
            case "--extension":
                do throws(DeflateRefusal) {
                    // As the answer to a client that offers everything.
                    deflate = try DeflateOffer.judge([value], to: [DeflateOffer()])
                } catch {
                    problem = "--extension \(value): \(error.reason)"
                    return nil
                }
            case "--message-bytes-max", "--fragments-max":
                guard let count = Int(value), count >= 0 else {
                    problem = "\(name) \(value): not a number from 0 on"
                    return nil
                }
                if name == "--fragments-max" { limits.fragmentCountMax = count } else { limits.messageBytesMax = count }
            default:
                problem = "\(name): no such option"
                return nil
            }
        }
    }
}
