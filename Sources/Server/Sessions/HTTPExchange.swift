// What a connection holds while HTTP is spoken on it: the bytes of a head that is not whole yet, and the body that is being read past.

import WSProtocol

final class HTTPExchange {
    /// Bytes that are not served yet: the beginning of a head, or requests that wait for their turn.
    var received: [UInt8] = []
    /// How far the head at the start of `received` was read.
    var search = HeadSearch()
    /// The body of a request whose answer is already decided; no endpoint reads one.
    var body: BodyReader?
    /// The answer that leaves when the body is read.
    var answer: PendingAnswer?
    /// The request being answered is a HEAD: no answer to it has a body, not even a refusal (RFC 9110 §9.3.2).
    var isHead = false
    /// A head has begun: its deadline is absolute from then on (row H6).
    var hasBegun = true
}

/// An answer that waits for the end of its request.
struct PendingAnswer {
    let response: HTTPResponse
    let omitsBody: Bool
    let keepsAlive: Bool
}
