// What a connection holds while HTTP is spoken on it: the bytes of a head that is not whole yet, the body on its way in, and the request
// whose answer is not known yet.

import WSProtocol

final class HTTPExchange {
    /// Bytes that are not served yet: the beginning of a head, or requests that wait for their turn.
    var received: [UInt8] = []
    /// How far the head at the start of `received` was read.
    var search = HeadSearch()
    /// The body on its way in.
    var body: BodyReader?
    /// What becomes of the request when its body is over.
    var afterBody: AfterBody?
    /// What came of a body that somebody uses. Here and not in `afterBody`, where each piece would copy it.
    var content: [UInt8] = []
    /// The request of which nobody has said yet what it comes to; nothing behind it is served.
    var pending: PendingDecision?
    /// The request being answered is a HEAD: no answer to it has a body, not even a refusal (RFC 9110 §9.3.2).
    var isHead = false
    /// A head has begun: its deadline is absolute from then on (row H6).
    var hasBegun = true
}

enum AfterBody {
    /// Nobody needed it; the answer leaves.
    case answer(HTTPResponse, AnswerTerms)
    case use(BodyRequest, AnswerTerms)
}

/// What of a request's head its answer needs, however late it comes.
struct AnswerTerms {
    let omitsBody: Bool
    var keepsAlive: Bool
    let expectsContinue: Bool
    /// What of the request follows its head and is not read yet.
    var body: BodyFraming

    init(_ head: RequestHead) {
        omitsBody = head.method == .head
        keepsAlive = head.keepsAlive
        expectsContinue = head.expectsContinue
        body = head.body
    }

    /// After the body.
    var withoutBody: AnswerTerms {
        var terms = self
        terms.body = .none
        return terms
    }
}
