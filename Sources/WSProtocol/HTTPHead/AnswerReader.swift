// Reads the answer to one request of our own (RFC 9112 §4, §6.3), the only one on its connection: head, then a body by length, chunked, or up to
// the end of the stream. As strict and as bounded as the reader of requests.

/// An answer on its way in. It needs every byte that comes, in order.
package struct AnswerReader: Sendable {
    private let limits: HTTPLimits
    private var search = HeadSearch()
    private var received: [UInt8] = []
    private var reader: BodyReader?
    /// The body goes on until the stream ends (RFC 9112 §6.3).
    private var endsWithStream = false
    /// Nil while the head has not ended.
    package private(set) var status: Int?
    /// What has come of the body.
    package private(set) var body: [UInt8] = []

    /// `limits.bodyBytesMax` bounds the body, `headBytesMax` the head.
    package init(limits: HTTPLimits) { self.limits = limits }

    /// The whole answer is here.
    package var isComplete: Bool { reader?.isComplete ?? false }

    /// Fails when the answer is none, or over a limit.
    package mutating func receive(_ bytes: Span<UInt8>) throws(HTTPRefusal) {
        guard status == nil else { return try receiveBody(bytes) }
        received.append(copying: bytes)
        let buffer = received
        if let (head, consumed) = try ResponseHead.parse(buffer.span, search: &search, limits: limits) {
            // RFC 9110 §15.2 — an interim answer stands before the one that counts; a 101 nobody has asked for.
            guard head.status >= 200 else {
                throw HTTPRefusal(.badRequest, "The answer is \(head.status), which nobody has asked for.")
            }
            status = head.status
            let framing = try BodyFraming.of(head.fields, minorVersion: head.minorVersion)
            // RFC 9112 §6.3 — these end with their head, whatever their fields say.
            let hasContent = head.status != 204 && head.status != 304
            endsWithStream = framing == .none && hasContent
            reader = endsWithStream ? nil : try BodyReader(hasContent ? framing : .none, limits: limits)
            received = []
            return try receiveBody(buffer.span.extracting(consumed...))
        }
    }

    private mutating func receiveBody(_ bytes: Span<UInt8>) throws(HTTPRefusal) {
        if endsWithStream {
            guard bytes.count <= limits.bodyBytesMax - body.count else {
                throw HTTPRefusal(.contentTooLarge, "The answer is longer than \(limits.bodyBytesMax) bytes.")
            }
            body.append(copying: bytes)
        } else if reader != nil {
            // What follows a whole answer belongs to nobody.
            _ = try reader?.receive(bytes, into: &body)
        }
    }

    /// The peer has ended its direction. False: in the middle of the answer.
    package mutating func receiveEndOfStream() -> Bool { endsWithStream || isComplete }
}
