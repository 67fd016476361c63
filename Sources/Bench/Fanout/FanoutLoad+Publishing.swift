// The sending half of a load thread: at fixed times, or as many as the window has room for.

import EventLoop
import WebSocketLink

extension FanoutLoad {
    /// A publisher whose socket has so much unsent sends no more for a while: the server does not keep up, and memory is finite.
    private static let unsentBytesMax = 4 << 20

    private var warmUpNanoseconds: UInt64 { UInt64(settings.warmUpSeconds * 1e9) }
    private var endNanoseconds: UInt64 { UInt64((settings.warmUpSeconds + settings.seconds) * 1e9) }

    /// Begins to publish; times count from `origin`.
    func startPublishing(_ origin: Instant) {
        self.origin = origin
        phase = .publishing
        if case .rate(let rate) = settings.pace, !publishers.isEmpty {
            schedule = SendSchedule(
                publishers: publishers.map(\.number), publisherCount: settings.publishers, rate: rate,
                endNanoseconds: endNanoseconds)
        }
        timer?.set(origin)
    }

    /// Sends what is due, and sets the timer for what comes next.
    func publishDue() {
        guard phase == .publishing else { return }
        let now = Instant.now()
        guard now >= origin else { return timer?.set(origin) ?? () }
        let nanoseconds = now.nanoseconds - origin.nanoseconds
        if schedule != nil {
            publishScheduled(nanoseconds)
        } else if nanoseconds < endNanoseconds {
            for place in publishers.indices { refill(place) }
            // Looks again now and then: a lost message must not stop a window for good.
            timer?.set(min(now.adding(milliseconds: 100), origin.adding(nanoseconds: Int64(endNanoseconds))))
        } else {
            phase = .listening
        }
    }

    private func publishScheduled(_ nanoseconds: UInt64) {
        while let due = schedule?.nextDue, due <= nanoseconds, takesMore(),
            let (publisher, due) = schedule?.take(at: nanoseconds)
        {
            lags.record(nanoseconds: nanoseconds - due)
            publish(placeOfPublisher[publisher], count: 1, due)
        }
        flush()
        guard let next = schedule?.nextDue, next != .max else {
            phase = .listening
            return
        }
        // Behind schedule because the server takes nothing: looks again soon instead of spinning.
        let at = origin.adding(nanoseconds: Int64(clamping: next))
        timer?.set(next <= nanoseconds ? Instant.now().adding(milliseconds: 1) : at)
    }

    private func takesMore() -> Bool {
        let isFull =
            redis?.isFull
            ?? publishers.contains {
                $0.client.map { swarm.unsentBytes($0) > FanoutLoad.unsentBytesMax } ?? false
            }
        if isFull { isServerSlow = true }
        return !isFull
    }

    /// Sends as many messages as the window of a publisher has room for.
    func refill(_ place: Int) {
        guard case .window(let window) = settings.pace, let witness = publishers[place].witness else { return }
        let rank = publishers[place].rank
        let now = Instant.now().nanoseconds - origin.nanoseconds
        let underWay = publishers[place].underWay(
            warmUp: receiver.account(of: witness, rank: rank, isMeasured: false),
            measured: receiver.account(of: witness, rank: rank, isMeasured: true), at: now)
        guard underWay < window else { return }
        guard now < endNanoseconds else {
            phase = .listening
            return
        }
        publish(place, count: window - underWay, now)
        flush()
    }

    /// Queues `count` messages that are due at the same time.
    private func publish(_ place: Int, count: Int, _ due: UInt64) {
        let publisher = publishers[place]
        if let client = publisher.client, !swarm.isOpen(client) { return }
        if let redis, !redis.isReady { return }
        let isMeasured = due >= warmUpNanoseconds
        var marker = MessageMarker(
            publisher: UInt16(clamping: publisher.number), channel: publisher.channel,
            sequence: isMeasured ? publisher.measuredCount : publisher.warmUpCount, nanoseconds: due,
            isMeasured: isMeasured)
        for _ in 0..<count {
            composer.compose(marker, number: publisher.number) { text in
                if let client = publisher.client {
                    swarm.queue(text, from: client)
                } else {
                    redis?.publish(text, channel: Int(publisher.channel))
                }
            }
            marker.sequence &+= 1
        }
        if isMeasured {
            publishers[place].measuredCount = marker.sequence
        } else {
            publishers[place].warmUpCount = marker.sequence
        }
    }

    private func flush() {
        swarm.flushQueued()
        redis?.flush()
    }
}
