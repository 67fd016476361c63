// The drill: half of a room vanishes at once, as when a mobile network goes away. Each departure is told to all who stay, so the
// server has (vanished × staying) lines to deliver; the question is what those who stay notice of it.

import EventLoop
import WebSocketLink

final class VanishDrill: SwarmDelegate, EventSource {
    private let settings: VanishSettings
    private let loop: EventLoop
    private let swarm: Swarm
    private let print: (String) -> Void
    private var source: UInt16 = 0
    private var started = 0
    private var failures: [String: Int] = [:]
    private var isMeasuring = false
    private var hasVanished = false
    private var vanishedAt = Instant.now()
    private var before = LatencyHistogram()
    private var after = LatencyHistogram()
    private var leaves = 0
    private var lastLeaveAt: Instant?
    private var nextSend = Instant.now()
    private var sent = 0
    private var unexpectedEnds = 0

    /// Connections begun and not yet open, at most: a ramp, not a storm.
    private static let connectingMost = 256

    init(_ settings: VanishSettings, print: @escaping (String) -> Void) throws(SystemError) {
        self.settings = settings
        self.print = print
        loop = try EventLoop()
        swarm = Swarm(loop: loop, address: settings.address, host: settings.host)
        source = loop.add(source: self)
        swarm.delegate = self
    }

    /// True when everybody who should have heard everything did.
    func run() throws(SystemError) -> Bool {
        try connectAll()
        print("\(swarm.openCount) clients connected")
        let memoryBefore = memory()
        measure(seconds: settings.seconds)
        vanishedAt = Instant.now()
        hasVanished = true
        for client in 0..<settings.vanishing { swarm.vanish(client) }
        print("\(settings.vanishing) clients vanished")
        measure(seconds: settings.seconds)
        let staying = settings.clients - settings.vanishing
        let expected = staying * settings.vanishing
        let deadline = Instant.now().adding(milliseconds: 30_000)
        while leaves < expected, Instant.now() < deadline { loop.turn(waitAtMostMilliseconds: 100) }
        report(expected: expected, memoryBefore: memoryBefore)
        return leaves == expected && unexpectedEnds == 0
    }

    private func connectAll() throws(SystemError) {
        var told = Instant.now()
        while swarm.openCount + failures.values.reduce(0, +) < settings.clients {
            while started < settings.clients, started - swarm.openCount < VanishDrill.connectingMost {
                _ = try swarm.connect(path: "\(settings.path)\(started)")
                started += 1
            }
            loop.turn(waitAtMostMilliseconds: 100)
            if Instant.now().milliseconds(since: told) > 1_000 {
                told = Instant.now()
                print("\(swarm.openCount) of \(settings.clients) connected")
            }
        }
        for (reason, count) in failures { print("\(count) could not connect: \(reason)") }
    }

    /// Sends at the set rate and turns the loop for so long. Latency counts from when a message should have left.
    private func measure(seconds: Int) {
        isMeasuring = true
        let end = Instant.now().adding(milliseconds: seconds * 1_000)
        nextSend = Instant.now()
        while Instant.now() < end {
            while nextSend <= Instant.now() {
                let text = Array("at \(nextSend.nanoseconds)".utf8)
                swarm.send(text.span, from: settings.clients - 1)
                sent += 1
                nextSend = nextSend.adding(nanoseconds: 1_000_000_000 / Int64(settings.rate))
            }
            let wait = nextSend.milliseconds(since: Instant.now())
            loop.turn(waitAtMostMilliseconds: min(wait, 20))
        }
        isMeasuring = false
    }

    private func memory() -> (now: Int, peak: Int)? {
        settings.serverProcess.flatMap { ServerProcess(identifier: $0).residentKiB }
    }

    private func report(expected: Int, memoryBefore: (now: Int, peak: Int)?) {
        func line(_ name: String, _ histogram: LatencyHistogram) -> String {
            let shares = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999), ("max", 1.0)]
            let words = shares.map { "\($0.0) \(Decimal.text(histogram.milliseconds(at: $0.1))) ms" }
            return "\(name): \(histogram.count) deliveries, " + words.joined(separator: ", ")
        }
        print(line("before", before))
        print(line("after ", after))
        let took = lastLeaveAt.map { "the last one \($0.milliseconds(since: vanishedAt)) ms after" } ?? "none"
        print("leaves: \(leaves) of \(expected) delivered, \(took)")
        if let memoryBefore, let memoryAfter = memory() {
            print(
                "server memory: \(memoryBefore.now) KiB before, \(memoryAfter.peak) KiB at its peak, \(memoryAfter.now) KiB after"
            )
        }
        if unexpectedEnds > 0 { print("\(unexpectedEnds) connections ended that should have stayed: \(failures)") }
    }

    // MARK: What the clients experience

    func opened(_ client: Int) {}

    func received(_ text: Span<UInt8>, by client: Int) {
        if let sentAt = VanishDrill.sendTime(text) {
            guard isMeasuring else { return }
            let now = Instant.now().nanoseconds
            let latency = now > sentAt ? now - sentAt : 0
            if hasVanished { after.record(nanoseconds: latency) } else { before.record(nanoseconds: latency) }
        } else if client >= settings.vanishing {
            leaves += 1
            if leaves == (settings.clients - settings.vanishing) * settings.vanishing { lastLeaveAt = Instant.now() }
        }
    }

    func ended(_ client: Int, _ reason: String) {
        failures[reason, default: 0] += 1
        if hasVanished || isMeasuring { unexpectedEnds += 1 }
    }

    func ready(_ token: Token, _ readiness: Readiness) {}

    /// The number behind "says: at "; nil for any other line.
    private static func sendTime(_ text: Span<UInt8>) -> UInt64? {
        var index = text.count
        var factor: UInt64 = 1
        var number: UInt64 = 0
        while index > 0, text[index - 1] >= 0x30, text[index - 1] <= 0x39, factor < 10_000_000_000_000_000_000 {
            number &+= UInt64(text[index - 1] - 0x30) &* factor
            factor &*= 10
            index -= 1
        }
        guard index < text.count, index > 3, text[index - 1] == 0x20, text[index - 2] == 0x74 else { return nil }
        return number
    }
}
