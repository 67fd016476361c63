// The HTTP API of one loop: from a request to the commands and from their answer to a response.

import ChatProtocol
import EventLoop
import JSON
import WSProtocol

final class APIDesk {
    /// Nil: calls are answered with 503.
    var rooms: (any Rooms)?
    private let node: Node
    private let loop: EventLoop
    private let counters: APICounters

    init(_ node: Node, on loop: EventLoop, _ counters: APICounters) {
        self.node = node
        self.loop = loop
        self.counters = counters
    }

    /// What becomes of a request for a method; the path is found, the origin is not.
    func route(_ head: RequestHead, _ method: APIMethod, _ live: LiveSettings) throws(HTTPRefusal) -> Route {
        switch head.method {
        case .post: break
        case .options: return .answer(HTTPResponse(.noContent, headers: [APIDesk.allow]))
        default:
            throw HTTPRefusal(
                .methodNotAllowed, "/api/\(method.rawValue) answers POST, not \(head.method.rawValue).",
                headers: [APIDesk.allow])
        }
        try live.access.checkOrigin(head)
        let fields = APIFields(head.fields)
        guard live.api.admits(fields, query: head.query) else {
            counters.unauthorized.add()
            return .answer(APIDesk.unauthorized)
        }
        return .take(
            BodyRequest(bytesMax: live.api.bodyBytes) { [unowned self] body, done in
                call(method, body, wantsTransportErrors: fields.wantsTransportErrors, done)
            })
    }

    private static let allow = HTTPField("Allow", "POST, OPTIONS")

    /// RFC 9110 §11.6.1 wants the scheme named; a browser knows none of this name and asks nobody.
    private static let unauthorized = HTTPResponse(
        .unauthorized, headers: [HTTPField("WWW-Authenticate", "apikey"), HTTPField("Cache-Control", "no-store")])

    private func call(
        _ method: APIMethod, _ body: [UInt8], wantsTransportErrors: Bool, _ done: @escaping (HTTPResponse) -> Void
    ) {
        guard let rooms else {
            var refusal = HTTPRefusal(.serviceUnavailable, "This node has no channels yet; try again later.")
            refusal.headers.append(HTTPField("Retry-After", "1"))
            return done(refusal.document)
        }
        let request: APIObject
        do throws(APIObject.Problem) {
            request = try APIObject(body: body)
        } catch {
            counters.unreadable.add()
            return done(HTTPRefusal(.badRequest, APIDesk.words(error)).document)
        }
        let counters = counters
        let commands = APICommands(rooms: rooms, node: apiNode) { counters[$0, $1].add() }
        let answer: (APIReply) -> Void = {
            done(APIDesk.response($0, method, wantsTransportErrors: wantsTransportErrors))
        }
        if method == .batch { commands.batch(request, answer) } else { commands.run(method, request, answer) }
    }

    private var apiNode: APINode {
        APINode(
            identifier: node.identifier, name: node.name, version: Help.version,
            uptimeSeconds: loop.now.milliseconds(since: node.startedAt) / 1_000, now: Int64(loop.wallClockSeconds()))
    }

    private static func words(_ problem: APIObject.Problem) -> String {
        switch problem {
        case .json(let error): "The body is not JSON: \(error); send one JSON object."
        case .empty: "The body is empty; send a JSON object, {} at least."
        case .notAnObject: "The body is JSON, but not an object; send one: {…}."
        case .duplicate(let name): "The member \"\(name)\" is in the body twice; send it once."
        }
    }

    static func response(_ reply: APIReply, _ method: APIMethod, wantsTransportErrors: Bool) -> HTTPResponse {
        let headers = [HTTPField("Content-Type", "application/json")]
        if case .failure(let error) = reply, wantsTransportErrors {
            return HTTPResponse(status(of: error), headers: headers, body: APIResult.error(error)).uncached
        }
        if case .success(let result) = reply, method == .batch {
            return HTTPResponse(.ok, headers: headers, body: result).uncached
        }
        return HTTPResponse(.ok, headers: headers, body: APIResult.wrapped(reply, as: "result")).uncached
    }

    private static func status(of error: ReplyError) -> HTTPStatus {
        switch error.code {
        case ReplyError.unknownChannel.code, ReplyError.methodNotFound.code: .notFound
        case ReplyError.badRequest.code, ReplyError.notAvailable.code: .badRequest
        case ReplyError.unrecoverablePosition.code: .rangeNotSatisfiable
        case ReplyError.concurrentPagination.code: .conflict
        default: .internalServerError
        }
    }
}
