// What `rookery-bench fanout` can be told, as values; `FanoutSettings+Parsing.swift` reads them.

import EventLoop
import RedisLink
import WSProtocol

/// One run.
struct FanoutSettings {
    /// How messages are sent.
    enum Publishing: Equatable {
        /// By the first subscribers.
        case subscribers
        /// By connections of their own, to these URLs.
        case connections([String])
        /// With PUBLISH; the channel's name may hold {channel}.
        case redis(RedisAddress, channel: Template)

        static func == (left: Publishing, right: Publishing) -> Bool {
            switch (left, right) {
            case (.subscribers, .subscribers): true
            case (.connections(let left), .connections(let right)): left == right
            case (.redis(let left, let channel), .redis(let right, let other)):
                left.place == right.place && channel == other
            default: false
            }
        }
    }

    /// When messages leave.
    enum Pace: Equatable {
        /// So many a second of all publishers together, at times that are fixed before.
        case rate(Double)
        /// Always so many under way for each publisher.
        case window(Int)
        /// Never: connections are only held.
        case idle
    }

    var name = ""
    var urls: [String] = []
    var subscribers = 1_000
    var publishers = 1
    var channels = 1
    var pace = Pace.rate(100)
    var sizes = SizeDistribution(bytes: 128)
    var seconds = 10.0
    var warmUpSeconds = 1.0
    /// Connections begun a second; 0: all at once; nil: as the server takes them, 256 on their way.
    var connectRate: Double?
    var sourceAddresses: [IPAddress] = []
    var threads = 1
    var offersDeflate = false
    var headers: [HTTPField] = []
    /// Sent by each subscriber after its handshake.
    var subscribeTexts: [Template] = []
    /// A subscriber is ready when this came.
    var subscribeAnswer: String?
    var publishTemplate: Template?
    var publishing = Publishing.subscribers
    var serverProcess: Int?
    /// Where the JSON goes; `-` is standard output.
    var jsonPath: String?
    /// Where the report goes, one page that needs nothing else.
    var htmlPath: String?
    var asksForHelp = false

    /// After the last message so long without another one: the rest is lost.
    static let drainMilliseconds = 2_000
    /// So long no connection opens or fails: the server has stopped answering.
    static let connectMilliseconds = 20_000
    /// Between the last connection and the first message, for servers that subscribe a moment later.
    static let settleMilliseconds = 200

    var audience: Audience {
        Audience(
            subscribers: subscribers, publishers: pace == .idle ? 0 : publishers, channels: channels, urls: urls.count,
            threads: threads)
    }

    /// The word of the result for how messages are sent.
    var publishWord: String {
        switch publishing {
        case .subscribers, .connections: "websocket"
        case .redis: "redis"
        }
    }
}
