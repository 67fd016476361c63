// From a request's head to its route. A fixed table of paths; what is not in it is 404. The order of the checks is the order in which
// they say least about us to those who may know least: proxy and host, then path, method, origin, and the handshake last.

import WSProtocol

struct Router: Routing {
    let node: Node
    let api: APIDesk

    func route(_ head: RequestHead, _ live: LiveSettings) throws(HTTPRefusal) -> Route {
        try live.access.check(head)
        if head.path == "*" { return try Router.options(head) }
        let segments = try head.pathSegments()
        // The door's name exactly as it was sent (row H9): a proxy in front that guards /ws/ must see what we see.
        switch head.path.dropFirst().prefix(while: { $0 != "/" }) {
        case "ws" where segments.count > 1: return try plainDoor(head, segments, live)
        case "relay" where segments.count > 1 && !live.relay.isEmpty:
            return try relayDoor(head, segments, live)
        case "connection" where segments == Router.chatPath: return try chatDoor(head, live)
        case "api" where segments.count > 1: return try apiMethod(head, segments, live)
        case "echo" where segments.count == 1 && live.servesEcho:
            return try opened(door(head, .echo, nil, .bytes, clientID: "", live), head)
        case "auth" where head.path == LoginEndpoint.path && node.logins != nil:
            return try LoginEndpoint.route(head, live)
        default: return .answer(try endpoint(head, path: head.path, live))
        }
    }

    // MARK: Doors

    private func plainDoor(
        _ head: RequestHead, _ segments: [String], _ live: LiveSettings
    ) throws(HTTPRefusal) -> Route {
        guard segments.count == 2 else { throw Router.notFound(head) }
        if let problem = ClientID.problem(Array(segments[1].utf8)) { throw HTTPRefusal(.badRequest, "\(problem).") }
        let named = try head.queryItems().value(of: "channel")
        let channel = try named.map { name throws(HTTPRefusal) in try plainChannel(name, live) } ?? PlainDoor.channel
        return try opened(door(head, .plain, channel, .text, clientID: segments[1], live), head)
    }

    private func plainChannel(_ name: String, _ live: LiveSettings) throws(HTTPRefusal) -> ChannelName {
        let channel = try Router.validChannel(name, prefix: node.configuration.redisPrefix)
        guard channel == PlainDoor.channel || live.plainChannels.contains(where: channel.hasPrefix) else {
            throw HTTPRefusal(
                .forbidden,
                "This door does not lead to the channel \(Router.shown(name)); allow it with --plain-channels.")
        }
        return channel
    }

    private func relayDoor(
        _ head: RequestHead, _ segments: [String], _ live: LiveSettings
    ) throws(HTTPRefusal) -> Route {
        guard segments.count == 2 else { throw Router.notFound(head) }
        let channel = try Router.validChannel(segments[1], prefix: node.configuration.redisPrefix)
        guard live.relay.contains(where: channel.hasPrefix) else {
            throw HTTPRefusal(
                .forbidden, "The relay does not reach the channel \(Router.shown(segments[1])); allow it with --relay.")
        }
        return try opened(door(head, .relay, channel, .bytes, clientID: "", live), head)
    }

    /// With a key for tokens nobody comes in without one; without a key one that is sent is refused, for who sends it believes that it counts.
    private func opened(_ request: DoorRequest, _ head: RequestHead) throws(HTTPRefusal) -> Route {
        let token = try BearerToken(head)
        guard node.tokens != nil else {
            guard token == nil else {
                throw BearerToken.refusal(
                    "This server has no token key, so nobody is known by name; connect without a token.")
            }
            return .open(request)
        }
        guard let token else {
            throw BearerToken.refusal(
                "This door opens with a token; send Authorization: Bearer, or ?token= with one that expires soon.",
                isMissing: true)
        }
        var request = request
        if request.upgrade.subprotocols.contains(BearerToken.subprotocol) {
            request.subprotocol = BearerToken.subprotocol
        }
        return .admit(request, token)
    }

    private static let chatPath = ["connection", "websocket"]

    private func chatDoor(_ head: RequestHead, _ live: LiveSettings) throws(HTTPRefusal) -> Route {
        var request = try door(head, .chat, nil, .bytes, clientID: "", live)
        request.subprotocol = ChatRequest.subprotocol(request.upgrade)
        request.chat = try ChatRequest(head, request.subprotocol)
        return .open(request)
    }

    /// What nodes tell each other and what Redis tells of its keys is out of every client's reach, whatever the settings say.
    private static func validChannel(_ name: String, prefix: String) throws(HTTPRefusal) -> ChannelName {
        if let problem = ChannelText.problem(Array(name.utf8)) { throw HTTPRefusal(.badRequest, "\(problem).") }
        let channel = ChannelName(name)
        guard !channel.hasPrefix(prefix), !channel.hasPrefix("__key") else {
            throw HTTPRefusal(.forbidden, "The channel \(shown(name)) belongs to the server; choose another name.")
        }
        return channel
    }

    private func door(
        _ head: RequestHead, _ door: Door, _ channel: ChannelName?, _ form: WireForm, clientID: String,
        _ live: LiveSettings
    ) throws(HTTPRefusal) -> DoorRequest {
        try live.access.checkOrigin(head)
        let upgrade = try ServerHandshake.validate(head)
        guard !node.isStopping else { throw Router.stopping }
        return DoorRequest(upgrade: upgrade, door: door, channel: channel, form: form, clientID: clientID)
    }

    static let stopping = HTTPRefusal(
        .serviceUnavailable, "This server is stopping; connect again to reach another.",
        headers: [HTTPField("Retry-After", "1")])

    // MARK: The HTTP API

    private func apiMethod(
        _ head: RequestHead, _ segments: [String], _ live: LiveSettings
    ) throws(HTTPRefusal) -> Route {
        // As it was sent, like all paths (row H9).
        let name = head.path.utf8.dropFirst("/api/".utf8.count)
        guard segments.count == 2, let method = APIMethod(name) else {
            return .answer(try endpoint(head, path: head.path, live))
        }
        return try api.route(head, method, live)
    }

    // MARK: Endpoints

    private func endpoint(
        _ head: RequestHead, path: String, _ live: LiveSettings
    ) throws(HTTPRefusal) -> HTTPResponse {
        guard let endpoint = Endpoints.find(path) else { throw Router.notFound(head) }
        switch head.method {
        case .get, .head:
            try live.access.checkOrigin(head)
            return endpoint.answer(head, node)
        case .options: return Router.allowed
        default:
            throw HTTPRefusal(
                .methodNotAllowed, "\(path) answers GET and HEAD, not \(head.method.rawValue).",
                headers: [HTTPField("Allow", "GET, HEAD, OPTIONS")])
        }
    }

    private static func options(_ head: RequestHead) throws(HTTPRefusal) -> Route {
        guard head.method == .options else { throw HTTPRefusal(.badRequest, "Only OPTIONS may ask for \"*\".") }
        return .answer(allowed)
    }

    /// Load balancers check with OPTIONS.
    private static let allowed = HTTPResponse(.noContent, headers: [HTTPField("Allow", "GET, HEAD, OPTIONS")])

    private static func notFound(_ head: RequestHead) -> HTTPRefusal {
        HTTPRefusal(.notFound, "There is nothing at \(shown(head.path)).")
    }

    private static func shown(_ text: String) -> String { "\"\(Printable.text(text, atMost: 80))\"" }
}
