// `rookery-bench ask`: Rookery's own Redis client as a program that `rookery-bench conformance --role client --protocol redis` can test, by the
// contract of docs/conformance-redis.md: GET rookery again and again, each reply a line of JSON, until the link is lost.

import EventLoop
import JSON
import RESP
import RedisLink

enum AskCommand {
    static let usage = "usage: rookery-bench ask redis://HOST:PORT\n"

    /// The program's exit status: 0 when the link was lost, which is how it ends; 2 when the arguments are wrong.
    static func run(_ arguments: [String]) -> Int32 {
        guard arguments.count == 1 else {
            StandardStreams.writeError(usage)
            return 2
        }
        do {
            let address = try RedisAddress(parsing: arguments[0])
            try Asker(address).run()
            return 0
        } catch {
            StandardStreams.writeError("rookery-bench ask: \(error)\n")
            return 2
        }
    }
}

/// One life of one connection; it is not dialed again.
private final class Asker: RedisConnectionDelegate {
    /// Less than what a case of the conformance tests waits for an error.
    private static let answerMilliseconds = 3_000
    private static let request = [Array("GET".utf8), Array("rookery".utf8)]

    private let loop: EventLoop
    private let connection: RedisConnection
    private var isOver = false

    init(_ address: RedisAddress) throws(SystemError) {
        loop = try EventLoop()
        connection = RedisConnection(
            loop: loop, role: .commands,
            RedisConnectionConfiguration(
                address: address, clientName: "rookery-bench", answerMilliseconds: Asker.answerMilliseconds),
            resolver: Resolver(loop: loop), random: { Random.word() })
        connection.delegate = self
    }

    func run() {
        connection.start()
        while !isOver { loop.turn(waitAtMostMilliseconds: Asker.answerMilliseconds) }
        connection.stop()
    }

    /// Behind the turn: what came together with the last reply came before the next question, and is no answer to it.
    private func askNext() {
        loop.later { [self] in
            guard connection.isReady else { return }
            do throws(CommandError) { try connection.send(Asker.request) } catch { end("\(error)") }
            connection.flush()
        }
    }

    private func end(_ reason: String) {
        guard !isOver else { return }
        isOver = true
        show { writer in writer.member("error", reason) }
    }

    private func show(_ member: (inout JSONWriter) -> Void) {
        var writer = JSONWriter()
        writer.beginObject()
        member(&writer)
        writer.endObject()
        if StandardStreams.writeOutput(writer.bytes + [UInt8(ascii: "\n")]) != nil { isOver = true }
    }

    // MARK: What the connection tells

    func ready(_ connection: RedisConnection, _ welcome: Welcome) { askNext() }

    func replied(_ connection: RedisConnection, to number: UInt64, _ value: RESPValue) {
        show { writer in
            writer.name("value")
            writer.respValue(value)
        }
        askNext()
    }

    func lost(_ connection: RedisConnection, _ reason: String, nextDialInMilliseconds pause: Int) { end(reason) }

    func received(_ connection: RedisConnection, _ payload: Span<UInt8>, on channel: Span<UInt8>) {}
    func skipped(_ connection: RedisConnection, byteCount: Int, on channel: [UInt8]) {}
    func subscription(_ connection: RedisConnection, _ event: Subscriptions.Event) {}
    func probed(_ connection: RedisConnection) {}
}
