// The numbers clients act on. SDKs do not reconnect for 3500–3999 and 4500–4999, and subscribe again from 2500 on.

/// An error in a reply. The numbers are the protocol's; 400–1999 belong to applications.
package struct ReplyError: Error, Equatable, Sendable {
    package let code: UInt32
    package let message: String
    /// The client should try again.
    package let isTemporary: Bool

    package init(_ code: UInt32, _ message: String, isTemporary: Bool = false) {
        self.code = code
        self.message = message
        self.isTemporary = isTemporary
    }

    package static let internalServerError = ReplyError(100, "internal server error", isTemporary: true)
    package static let unauthorized = ReplyError(101, "unauthorized")
    package static let unknownChannel = ReplyError(102, "unknown channel")
    package static let permissionDenied = ReplyError(103, "permission denied")
    package static let methodNotFound = ReplyError(104, "method not found")
    package static let alreadySubscribed = ReplyError(105, "already subscribed")
    package static let limitExceeded = ReplyError(106, "limit exceeded")
    package static let badRequest = ReplyError(107, "bad request")
    package static let notAvailable = ReplyError(108, "not available")
    package static let tokenExpired = ReplyError(109, "token expired")
    package static let expired = ReplyError(110, "expired")
    package static let tooManyRequests = ReplyError(111, "too many requests", isTemporary: true)
    package static let unrecoverablePosition = ReplyError(112, "unrecoverable position")
    package static let concurrentPagination = ReplyError(113, "concurrent pagination", isTemporary: true)
}

/// The code and reason of a Close frame by which the server ends a connection.
package struct Disconnect: Error, Equatable, Sendable {
    package let code: UInt16
    /// At most 123 bytes (RFC 6455 §5.5), and never something that reads as JSON: an SDK tries that first.
    package let reason: String

    package init(_ code: UInt16, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    package static let shutdown = Disconnect(3001, "shutdown")
    package static let internalServerError = Disconnect(3004, "internal server error")
    package static let connectionExpired = Disconnect(3005, "connection expired")
    package static let subscriptionExpired = Disconnect(3006, "subscription expired")
    package static let slow = Disconnect(3008, "slow")
    package static let writeError = Disconnect(3009, "write error")
    package static let insufficientState = Disconnect(3010, "insufficient state")
    package static let forceReconnect = Disconnect(3011, "force reconnect")
    package static let noPong = Disconnect(3012, "no pong")
    package static let tooManyRequests = Disconnect(3013, "too many requests")
    package static let stateInvalidated = Disconnect(3014, "state invalidated")
    package static let invalidToken = Disconnect(3500, "invalid token")
    package static let badRequest = Disconnect(3501, "bad request")
    package static let stale = Disconnect(3502, "stale")
    package static let forceDisconnect = Disconnect(3503, "force disconnect")
    package static let connectionLimit = Disconnect(3504, "connection limit")
    package static let channelLimit = Disconnect(3505, "channel limit")
    package static let inappropriateProtocol = Disconnect(3506, "inappropriate protocol")
    package static let permissionDenied = Disconnect(3507, "permission denied")
    package static let notAvailable = Disconnect(3508, "not available")
    package static let tooManyErrors = Disconnect(3509, "too many errors")
}
