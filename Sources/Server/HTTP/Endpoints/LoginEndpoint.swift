// `POST /auth/login`: from a request to a login, and from what came of it to an answer. Every answer is `no-store`; a wrong name and a wrong password
// are one answer.

import EventLoop
import JSON
import WSProtocol

enum LoginEndpoint {
    static let path = "/auth/login"

    static func route(_ head: RequestHead, _ live: LiveSettings) throws(HTTPRefusal) -> Route {
        switch head.method {
        case .post: break
        case .options: return .answer(HTTPResponse(.noContent, headers: [allow]))
        default: throw HTTPRefusal(.methodNotAllowed, "\(path) answers POST.", headers: [allow])
        }
        // Row W11: no page of a stranger logs anybody in.
        try live.access.checkOrigin(head)
        try LoginRequest.checkType(head)
        return .logIn
    }

    /// `desk` is nil where nobody can log in; then no request comes here.
    static func request(_ desk: LoginDesk?, from address: IPAddress) -> BodyRequest {
        BodyRequest(bytesMax: LoginRequest.bytesMax) { body, done in
            do throws(HTTPRefusal) {
                guard let desk else { return done(answer(.unavailable)) }
                desk.logIn(try LoginRequest(body), from: address) { done(answer($0)) }
            } catch {
                done(error.document)
            }
        }
    }

    private static let allow = HTTPField("Allow", "POST, OPTIONS")

    static func answer(_ outcome: LoginOutcome) -> HTTPResponse {
        switch outcome {
        case .welcome(let token, let seconds):
            var writer = JSONWriter()
            writer.beginObject()
            writer.member("token", String(decoding: token, as: UTF8.self))
            writer.member("expires_in", seconds)
            writer.endObject()
            return HTTPResponse(
                .ok, headers: [HTTPField("Content-Type", "application/json")], body: writer.bytes + [0x0A]
            ).uncached
        case .wrong(let seconds):
            // RFC 9110 §15.5.2 asks for a challenge; what this server's doors take is a token.
            var headers = [HTTPField("WWW-Authenticate", "Bearer realm=\"rookery\"")]
            if seconds > 0 { headers.append(HTTPField("Retry-After", "\(seconds)")) }
            return HTTPRefusal(.unauthorized, "The name or the password is wrong.", headers: headers).document
        case .delayed(let seconds):
            return HTTPRefusal(
                .tooManyRequests, "That was tried too often; wait \(seconds) s.",
                headers: [HTTPField("Retry-After", "\(seconds)")]
            ).document
        case .full:
            return HTTPRefusal(
                .serviceUnavailable, "Many are logging in at the moment; try again soon.",
                headers: [HTTPField("Retry-After", "2")]
            ).document
        case .unavailable:
            return HTTPRefusal(
                .serviceUnavailable, "Nobody can log in at the moment; the server's log says why.",
                headers: [HTTPField("Retry-After", "10")]
            ).document
        }
    }
}
