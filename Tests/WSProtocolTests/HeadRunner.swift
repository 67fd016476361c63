// Feeds bytes to the parser of request heads as they would arrive, keeping what has come so far.
import TestSupport
import Testing
import WSProtocol

enum HeadOutcome {
    case head(RequestHead, consumed: Int, afterBytes: Int)
    case refused(HTTPRefusal, afterBytes: Int)
    case incomplete

    /// What a fixture can say of it, without how many bytes it took.
    var summary: String {
        switch self {
        case .head(let head, let consumed, _): "\(head.method) \(head.target) \(head.fields.count) \(consumed)"
        case .refused(let refusal, _): "\(refusal.status) \(refusal.reason)"
        case .incomplete: "incomplete"
        }
    }
}

enum HeadRunner {
    static func run(_ pieces: [[UInt8]], limits: HTTPLimits = HTTPLimits()) -> HeadOutcome {
        var search = HeadSearch()
        var received: [UInt8] = []
        for piece in pieces {
            received += piece
            do {
                guard let found = try RequestHead.parse(received.span, search: &search, limits: limits) else {
                    continue
                }
                return .head(found.head, consumed: found.consumed, afterBytes: received.count)
            } catch {
                return .refused(error, afterBytes: received.count)
            }
        }
        return .incomplete
    }

    /// The head that `text` is; records an issue when it is refused.
    static func head(_ text: String) throws -> RequestHead {
        var search = HeadSearch()
        return try #require(try RequestHead.parse(Array(text.utf8).span, search: &search, limits: HTTPLimits())).head
    }

    /// The refusal `body` throws.
    static func refusal(_ body: () throws(HTTPRefusal) -> Void) -> HTTPRefusal? {
        do {
            try body()
            return nil
        } catch {
            return error
        }
    }
}

extension Fixture {
    var httpLimits: HTTPLimits {
        var limits = HTTPLimits()
        let given = json["limits"] as? [String: Int] ?? [:]
        if let bytes = given["target"] { limits.targetBytesMax = bytes }
        if let bytes = given["head"] { limits.headBytesMax = bytes }
        if let count = given["fields"] { limits.headerCountMax = count }
        if let bytes = given["body"] { limits.bodyBytesMax = bytes }
        if let bytes = given["chunkLine"] { limits.chunkLineBytesMax = bytes }
        if let bytes = given["chunkExtensions"] { limits.chunkExtensionBytesMax = bytes }
        return limits
    }
}
