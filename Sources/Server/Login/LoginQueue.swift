// Who waits for the one thread that tries passwords. It is one, so that guessing takes no processor from the chat; it has sixteen places, so that
// nobody waits for long; an address has some of them, so that it cannot have all; and an address tries a name once at a time. Sans-I/O.

import EventLoop

struct LoginQueue {
    /// Beside the one that is being tried.
    static let waitingMax = 16
    static let perAddressMax = 4

    enum Place: Equatable, Sendable {
        case taken
        /// 503.
        case full
        /// 429; seconds.
        case wait(Int)
    }

    var delays = LoginDelays()
    private var underway: Set<LoginKey> = []
    private var ofAddress: [BucketKey: Int] = [:]

    mutating func enter(_ key: LoginKey, _ address: BucketKey, now: Instant) -> Place {
        let seconds = delays.secondsToWait(key, now: now)
        if seconds > 0 { return .wait(seconds) }
        guard !underway.contains(key), ofAddress[address, default: 0] < LoginQueue.perAddressMax else {
            return .wait(1)
        }
        guard underway.count <= LoginQueue.waitingMax else { return .full }
        underway.insert(key)
        ofAddress[address, default: 0] += 1
        return .taken
    }

    /// `isRight`: nil when nobody could find out.
    mutating func leave(_ key: LoginKey, _ address: BucketKey, isRight: Bool?, now: Instant) {
        underway.remove(key)
        let left = ofAddress[address, default: 1] - 1
        ofAddress[address] = left > 0 ? left : nil
        switch isRight {
        case true?: delays.succeeded(key)
        case false?: delays.failed(key, now: now)
        case nil: break
        }
    }
}
