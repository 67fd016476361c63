// Tokens at the plain door and at the relay: verified before the handshake is answered, good until they end or are denied.

import ChatProtocol
import EventLoop
import JWT
import WSProtocol

extension Sessions {
    /// Opens the door when the token is right.
    func admit(
        _ request: DoorRequest, _ token: BearerToken, from address: IPAddress, _ decide: @escaping RouteDecision
    ) {
        desk.verifyConnection(token.text, from: address) { [unowned self] verdict in
            decide(Result { () throws(HTTPRefusal) in try opened(request, token, verdict) })
        }
    }

    private func opened(
        _ request: DoorRequest, _ token: BearerToken, _ verdict: TokenVerdict<ConnectionClaims>
    ) throws(HTTPRefusal) -> Route {
        switch verdict {
        case .accepted(let claims):
            var request = request
            request.access = try DoorAccess(claims, token, request, live, now: unixSeconds)
            return .open(request)
        case .expired: throw DoorAccess.over
        case .revoked: throw BearerToken.refusal("The token is not good any more; get a new one.")
        case .invalid:
            throw BearerToken.refusal("The token is not one of this server; rookery token --check explains it.")
        case .busy:
            throw HTTPRefusal(
                .serviceUnavailable, "Too many tokens wait to be verified; try again in a moment.",
                headers: [HTTPField("Retry-After", "1")])
        }
    }

    // MARK: Its end

    /// Tokens count in seconds since 1970, the loop in its own time.
    func instant(ofSecond second: Int64) -> Instant {
        let milliseconds = Int64(clamping: WallClock.milliseconds())
        let wait = min(max(0, second &* 1_000 &- milliseconds), Sessions.longestWait)
        return loop.now.adding(milliseconds: Int(wait))
    }
    /// A hundred years.
    private static let longestWait: Int64 = 3_155_760_000_000

    var unixSeconds: Int64 { Int64(clamping: WallClock.milliseconds() / 1_000) }

    func endOfAccess(_ access: DoorAccess) -> Instant { access.expiresAt.map(instant(ofSecond:)) ?? .never }

    /// Row W15: what a token has opened is closed when the token ends. Nobody can bring a new one at these doors.
    func accessEnds(_ slot: UInt32) {
        guard let access = table[slot].access, let end = access.expiresAt else { return }
        // The clock of the day may have been set back.
        guard unixSeconds >= end else {
            table[slot].deadline = instant(ofSecond: end)
            return
        }
        close(slot, CloseCode(.connectionExpired), Disconnect.connectionExpired.reason, counting: .expired)
    }

    /// Somebody was denied: whoever is here and is meant is closed.
    func closeDenied() {
        for slot in table.slotsInUse where table[slot].phase == .open {
            guard table[slot].door != .chat else {
                chat?.closeDenied(slot)
                continue
            }
            guard let access = table[slot].access,
                desk.isRevoked(user: access.user, tokenIdentifier: access.tokenIdentifier)
            else { continue }
            close(slot, CloseCode(.forceDisconnect), Disconnect.forceDisconnect.reason, counting: .tokenRefused)
        }
    }
}

extension CloseCode {
    init(_ disconnect: Disconnect) { self.init(rawValue: disconnect.code) }
}
