// The shapes of the HTTP API as its document tells them: what each method takes and answers, one table. Tests ask every member of it whether the
// commands read it, and reads it so.

/// One member of an object.
struct APIMember: Sendable {
    let name: String
    let kind: APIKind
    let isRequired: Bool
    /// One sentence.
    let help: String

    init(_ name: String, _ kind: APIKind, required isRequired: Bool = false, _ help: String) {
        self.name = name
        self.kind = kind
        self.isRequired = isRequired
        self.help = help
    }
}

indirect enum APIKind: Sendable {
    case string
    case boolean
    /// `least` and `most` where the type alone does not say.
    case integer(least: Int64?, most: Int64?)
    /// Any JSON value.
    case any
    case list(APIKind)
    /// Values by name.
    case map(APIKind)
    /// One of `APIShape.named`.
    case shape(String)

    static let count = APIKind.integer(least: 0, most: nil)
}

/// A method as the document tells it.
struct APIShape: Sendable {
    let summary: String
    let request: [APIMember]
    let result: [APIMember]

    init(_ summary: String, _ request: [APIMember], answers result: [APIMember] = []) {
        self.summary = summary
        self.request = request
        self.result = result
    }

    /// Objects that several methods have.
    static let named: [(name: String, help: String, members: [APIMember])] = [
        (
            "Error", "Why a call was refused.",
            [
                APIMember(
                    "code", .count, required: true,
                    "100 internal server error, 102 unknown channel, 104 method not found, 107 bad request, 108 not available, 112 unrecoverable position, 113 conflict."
                ),
                APIMember("message", .string, required: true, "In words; names the member that is wrong."),
            ]
        ),
        (
            "StreamPosition", "A place in a channel's stream.",
            [
                APIMember("offset", .count, "The number of a publication."),
                APIMember(
                    "epoch", .string, "Which stream; a new one begins when what was known of the old one is gone."),
            ]
        ),
        (
            "ClientInfo", "Who is behind a connection.",
            [
                APIMember("user", .string, required: true, "Empty: anonymous."),
                APIMember("client", .string, required: true, "The connection."),
                APIMember("conn_info", .any, "From the connection's token."),
                APIMember("chan_info", .any, "From the subscription's token."),
                APIMember("b64conn_info", .string, "conn_info that is no JSON."),
                APIMember("b64chan_info", .string, "chan_info that is no JSON."),
            ]
        ),
        (
            "Publication", "A message of a channel.",
            [
                APIMember("data", .any, "As it was published."),
                APIMember("b64data", .string, "Data that is no JSON, instead of data."),
                APIMember("info", .shape("ClientInfo"), "Only of what a client published."),
                APIMember("offset", .count, "Its place in the stream."),
                APIMember("tags", .map(.string), "As they were published."),
            ]
        ),
        (
            "PublishResponse", "What became of a broadcast in one channel: result or error.",
            [
                APIMember("result", .shape("PublishResult"), "Published."),
                APIMember("error", .shape("Error"), "Not published."),
            ]
        ),
        (
            "ChannelInfo", "A channel with subscribers.",
            [APIMember("num_clients", .count, required: true, "Subscribers.")]
        ),
        (
            "Disconnect", "How a connection is closed.",
            [
                APIMember(
                    "code", .integer(least: 0, most: 4_999),
                    "A close code, 3000 to 4999; SDKs connect again but after 3500 to 3999 and 4500 to 4999. 0: 3503."),
                APIMember("reason", .string, "At most 123 bytes, and not JSON."),
            ]
        ),
        ("BoolValue", "An option's value.", [APIMember("value", .boolean, "Missing: false.")]),
        (
            "Override", "Instead of the namespace's options.",
            ["presence", "join_leave", "force_push_join_leave", "force_positioning", "force_recovery"].map {
                APIMember($0, .shape("BoolValue"), "Missing: as the namespace says.")
            }
        ),
        (
            "Node", "One node.",
            [
                APIMember("uid", .string, required: true, "Of this process alone."),
                APIMember("name", .string, required: true, "The machine and the first port."),
                APIMember("version", .string, required: true, "Of the server."),
                APIMember("num_clients", .count, required: true, "Connections of the client protocol."),
                APIMember("num_users", .count, required: true, "Distinct users; the anonymous are one."),
                APIMember("num_channels", .count, required: true, "Channels with subscribers."),
                APIMember("num_subs", .count, required: true, "Subscriptions."),
                APIMember("uptime", .count, required: true, "Seconds."),
            ]
        ),
        (
            "Command", "One method by its name, for example {\"publish\": {…}}.",
            APIMethod.allCases.filter { $0 != .batch }.map {
                APIMember($0.rawValue, .shape("\($0.shapeName)Request"), "As the method of this name takes it.")
            }
        ),
        (
            "Reply", "A command's result by the method's name, or error.",
            [APIMember("error", .shape("Error"), "Instead of a result.")]
                + APIMethod.allCases.filter { $0 != .batch }.map {
                    APIMember($0.rawValue, .shape("\($0.shapeName)Result"), "As the method of this name answers.")
                }
        ),
    ]

    static let position = [
        APIMember("offset", .count, "Its place in the stream."), APIMember("epoch", .string, "Of the stream."),
    ]
}

extension APIMethod {
    /// `PresenceStats`
    var shapeName: String {
        rawValue.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    private static let channel = APIMember("channel", .string, required: true, "The channel's name.")
    private static let target = [
        APIMember("user", .string, required: true, "Whose connections; \"\": the anonymous."),
        APIMember("client", .string, "Only this connection."),
        APIMember("session", .string, "Connections have none here: with one nobody is meant."),
    ]
    private static let message = [
        APIMember("data", .any, required: true, "What subscribers get, as it is."),
        APIMember("b64data", .string, "Any bytes in Base64, instead of data; for clients that speak Protobuf."),
        APIMember("skip_history", .boolean, "Not for the channel's history."),
        APIMember("tags", .map(.string), "For subscribers and their filters."),
        APIMember(
            "idempotency_key", .string,
            "A repeat with the same key within 300 s publishes nothing and is answered as the first one was; at most 256 bytes."
        ),
        APIMember("delta", .boolean, "Subscribers who asked for it get the difference to the publication before."),
        APIMember("version", .count, "Refused with 108 unless 0: publications have no versions here."),
        APIMember("version_epoch", .string, "Means nothing without a version."),
    ]

    var shape: APIShape {
        switch self {
        case .publish:
            APIShape("Publish to a channel.", [APIMethod.channel] + APIMethod.message, answers: APIShape.position)
        case .broadcast:
            APIShape(
                "Publish the same to many channels.",
                [APIMember("channels", .list(.string), required: true, "1 to 10,000 names.")] + APIMethod.message,
                answers: [
                    APIMember(
                        "responses", .list(.shape("PublishResponse")), required: true,
                        "One for each channel, in their order.")
                ])
        case .subscribe:
            APIShape(
                "Subscribe live connections of a user to a channel.",
                APIMethod.target + [
                    APIMethod.channel, APIMember("info", .any, "chan_info of the subscription."),
                    APIMember("b64info", .string, "The same in Base64."),
                    APIMember("data", .any, "For the client, in the push that tells it."),
                    APIMember("b64data", .string, "The same in Base64."),
                    APIMember("expire_at", .count, "When it ends, in seconds since 1970; 0: never."),
                    APIMember("recover_since", .shape("StreamPosition"), "What came since then is sent, too."),
                    APIMember("override", .shape("Override"), "Instead of the namespace's options."),
                ])
        case .unsubscribe: APIShape("End subscriptions of a user.", APIMethod.target + [APIMethod.channel])
        case .disconnect:
            APIShape(
                "Close connections of a user.",
                APIMethod.target + [
                    APIMember("whitelist", .list(.string), "Connections that stay."),
                    APIMember("disconnect", .shape("Disconnect"), "Code and reason; missing: 3503."),
                ])
        case .refresh:
            APIShape(
                "Say until when connections of a user may last.",
                APIMethod.target + [
                    APIMember("expired", .boolean, "They end now, with 3005."),
                    APIMember("expire_at", .count, "When they end, in seconds since 1970; missing or 0: never."),
                    APIMember("info", .any, "The new conn_info."),
                    APIMember("b64info", .string, "The same in Base64."),
                ])
        case .presence:
            APIShape(
                "Who is in a channel.", [APIMethod.channel],
                answers: [APIMember("presence", .map(.shape("ClientInfo")), required: true, "By connection.")])
        case .presenceStatistics:
            APIShape(
                "How many are in a channel.", [APIMethod.channel],
                answers: [
                    APIMember("num_clients", .count, required: true, "Connections."),
                    APIMember("num_users", .count, required: true, "Distinct users."),
                ])
        case .history:
            APIShape(
                "What a channel remembers.",
                [
                    APIMethod.channel,
                    APIMember(
                        "limit", .integer(least: Int64(Int32.min), most: Int64(Int32.max)),
                        "How many publications; missing or 0: only the position; below 0: all."),
                    APIMember(
                        "since", .shape("StreamPosition"), "Only what stands behind it, or before it with reverse."),
                    APIMember("reverse", .boolean, "The newest first."),
                ],
                answers: [
                    APIMember("publications", .list(.shape("Publication")), required: true, "In the order asked for."),
                    APIMember("epoch", .string, required: true, "Of the stream."),
                    APIMember("offset", .count, required: true, "The newest publication's."),
                ])
        case .historyRemove: APIShape("Forget what a channel remembers; its position stays.", [APIMethod.channel])
        case .channels:
            APIShape(
                "Channels with subscribers on this node.",
                [
                    APIMember(
                        "pattern", .string,
                        "* any run, ? one character, [abc], [!abc], [a-z], {x,y}; \\ before one of these takes it as it is."
                    )
                ],
                answers: [APIMember("channels", .map(.shape("ChannelInfo")), required: true, "By name.")])
        case .info:
            APIShape(
                "Numbers of this node.", [],
                answers: [APIMember("nodes", .list(.shape("Node")), required: true, "This one.")])
        case .call:
            APIShape(
                "Call a method of the application: there is none, so the answer is 104.",
                [
                    APIMember("method", .string, required: true, "Its name."),
                    APIMember("params", .any, "What it would be given."),
                ],
                answers: [APIMember("data", .any, "What it would say.")])
        case .batch:
            APIShape(
                "Several commands in one request; the answer is not wrapped in a result.",
                [
                    APIMember("commands", .list(.shape("Command")), required: true, "At most 10,000."),
                    APIMember("parallel", .boolean, "Side by side instead of one after the other."),
                ],
                answers: [
                    APIMember(
                        "replies", .list(.shape("Reply")), required: true, "One for each command, in their order.")
                ])
        }
    }
}
