// What a request comes to: an answer, or a WebSocket behind one of the doors. Who needs the request's body, or time, says so here; the
// sessions then see to limits, deadlines and the order of a connection's answers.

import WSProtocol

enum Route {
    case answer(HTTPResponse)
    case open(DoorRequest)
    /// The door opens when the token is right.
    case admit(DoorRequest, BearerToken)
    /// The answer needs the body.
    case take(BodyRequest)
    /// A password is tried for the client of this connection.
    case logIn
    /// The route itself is found later: a token has to be verified before a door opens.
    case later((@escaping RouteDecision) -> Void)
}

/// Tells what a request comes to: once, on the loop of its connection, at once or in a later turn. Calls after the first do nothing, nor
/// does a call for a connection that has ended or whose time is over (`Sessions.decisionMilliseconds`).
typealias RouteDecision = (Result<Route, HTTPRefusal>) -> Void

/// How a request's body is taken. Bodies are held in memory: let only those in who may, or keep the limit small.
struct BodyRequest {
    /// The most bytes there may be; more is 413, a declared length before any of it is read.
    let bytesMax: Int
    /// Gets the whole body, and answers by `done`, for which the rules of `RouteDecision` hold.
    let use: (_ body: [UInt8], _ done: @escaping (HTTPResponse) -> Void) -> Void
}

/// From a request's head to its route.
protocol Routing {
    /// `live`: of this moment, the same for all checks of one request.
    func route(_ head: RequestHead, _ live: LiveSettings) throws(HTTPRefusal) -> Route
}
