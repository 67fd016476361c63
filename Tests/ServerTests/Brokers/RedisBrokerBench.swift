// Makes Redis brokers for tests, with short times and a fixed source of randomness.
import EventLoop
import RedisLink
@testable import Server
import TestSupport

/// What a broker wrote into the log.
final class LogLines {
    private(set) var lines: [String] = []
    func write(_ line: String) { lines.append(line) }
}

extension BrokerDriver {
    /// A driver whose broker dials `url`; short pauses and deadlines unless told otherwise.
    static func redis(
        _ url: String, log: LogLines = LogLines(), start: Bool = true,
        _ change: (inout RedisBrokerConfiguration) -> Void = { _ in }
    ) throws -> BrokerDriver {
        let driver = try BrokerDriver { loop in
            var configuration = RedisBrokerConfiguration(address: try RedisAddress(parsing: url))
            configuration.firstPauseMilliseconds = 10
            configuration.mostPauseMilliseconds = 100
            configuration.dialMilliseconds = 1_000
            configuration.pingIntervalMilliseconds = 500
            configuration.answerMilliseconds = 500
            configuration.refusedSubscriptionMilliseconds = 100
            change(&configuration)
            var generator = SeededGenerator(seed: 42)
            return RedisBroker(
                loop: loop, resolver: Resolver(loop: loop),
                status: BrokerStatus(kind: "redis", isReady: false, text: ""), configuration,
                random: { generator.next() }, log: { log.write($1) })
        }
        if start { driver.broker.start() }
        return driver
    }

    func stop() { (broker as? RedisBroker)?.stop() }
}
