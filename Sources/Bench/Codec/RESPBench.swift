// The way of a publication through Redis: the command that is written, the push that comes back, and both through the
// session. The specification is Redis' own (https://redis.io/docs/latest/develop/reference/protocol-spec/), sections
// "Pushes" and "Sending commands to a Redis server". The other side is hiredis, where it is installed.

import RESP

enum RESPBench {
    static let payloadBytes = 128
    private static let channel = Array("chat_channel".utf8)
    private static let payload = Samples.repeating(Samples.plainText, count: payloadBytes)

    static func rows() -> [CodecBench] { [pushes(), publishes(), sessionPushes(), sessionPublishes()] }

    /// As many pushes as fit the 64 KiB of one receive.
    static func stream(type: Character = ">") -> (bytes: [UInt8], count: Int) {
        let head = "\(type)3\r\n$7\r\nmessage\r\n$\(channel.count)\r\nchat_channel\r\n$\(payloadBytes)\r\n"
        let one = Array(head.utf8) + payload + [0x0D, 0x0A]
        let count = (64 << 10) / one.count
        return (Array(repeatElement(one, count: count).joined()), count)
    }

    private static func pushes() -> CodecBench {
        let (bytes, count) = stream()
        return CodecBench(
            name: "resp-push", summary: "RESP3 pushes of 128 bytes decoded", hotFile: "RESP/Codec/FastPath.swift",
            itemCount: count, byteCount: bytes.count,
            pass: {
                var decoder = RESPDecoder()
                var offset = 0
                var found = 0
                do throws(RESPError) {
                    while case .message(_, .input(let payload)) = try decoder.nextEvent(in: bytes.span, offset: &offset)
                    {
                        if payload.count == payloadBytes { found &+= 1 }
                    }
                } catch { return -1 }
                return found
            },
            yardsticks: [
                Memcpy.yardstick(bytes, itemCount: count),
                Hiredis.yardstick(stream: stream, payloadBytes: payloadBytes),
            ],
            target: .ratio(to: Hiredis.name, 2), allocationsMost: 0)
    }

    private static func publishes() -> CodecBench {
        let count = 256
        var expected: [UInt8] = []
        for _ in 0..<count { CommandEncoder.appendPublish(channel: channel, payload: payload.span, to: &expected) }
        let byteCount = expected.count
        let output = Scratch(expected)
        return CodecBench(
            name: "resp-publish", summary: "PUBLISH of 128 bytes encoded", hotFile: "RESP/Codec/CommandEncoder.swift",
            itemCount: count, byteCount: byteCount,
            pass: {
                var bytes = output.take()
                bytes.removeAll(keepingCapacity: true)
                for _ in 0..<count { CommandEncoder.appendPublish(channel: channel, payload: payload.span, to: &bytes) }
                let isRight = bytes.count == byteCount
                output.bytes = bytes
                return isRight ? count : 0
            },
            yardsticks: [Memcpy.yardstick(expected, itemCount: count)], allocationsMost: 0)
    }

    /// A session that Redis 7 greeted.
    private static func session(_ role: ClientSession.Role) -> ClientSession {
        var session = ClientSession(role: role, ClientSession.Configuration(), now: 0)
        let greeting = Array(
            "%7\r\n$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$5\r\n7.2.0\r\n$5\r\nproto\r\n:3\r\n$2\r\nid\r\n:1\r\n$4\r\nmode\r\n$10\r\nstandalone\r\n$4\r\nrole\r\n$6\r\nmaster\r\n$7\r\nmodules\r\n*0\r\n"
                .utf8)
        var offset = 0
        while session.nextEvent(in: greeting.span, offset: &offset) != .needsMoreBytes {}
        // What the session says first is not to be measured.
        var greetings: [UInt8] = []
        session.takeOutput(into: &greetings, now: 0)
        return session
    }

    private static func sessionPushes() -> CodecBench {
        let (bytes, count) = stream()
        var session = session(.publications)
        return CodecBench(
            name: "resp-session-push", summary: "the same through the session",
            hotFile: "RESP/Session/ClientSession.swift", itemCount: count, byteCount: bytes.count,
            pass: {
                var offset = 0
                var found = 0
                session.heard(now: 1)
                while case .message(_, .input(let payload)) = session.nextEvent(in: bytes.span, offset: &offset) {
                    if payload.count == payloadBytes { found &+= 1 }
                }
                return found
            },
            yardsticks: [Memcpy.yardstick(bytes, itemCount: count)], allocationsMost: 0)
    }

    /// A turn of the loop: many PUBLISH leave in one write, then their integer replies come in one read.
    private static func sessionPublishes() -> CodecBench {
        let count = 256
        let replies = Array(repeatElement(Array(":1\r\n".utf8), count: count).joined())
        var command: [UInt8] = []
        CommandEncoder.appendPublish(channel: channel, payload: payload.span, to: &command)
        let sentBytes = command.count * count
        var session = session(.commands)
        let output = Scratch()
        return CodecBench(
            name: "resp-session-publish", summary: "PUBLISH through the session, reply included",
            hotFile: "RESP/Session/ClientSession.swift", itemCount: count, byteCount: sentBytes + replies.count,
            pass: {
                guard session.isReady else { return 0 }
                for _ in 0..<count { session.publish(payload.span, on: channel) }
                var bytes = output.take()
                bytes.removeAll(keepingCapacity: true)
                session.takeOutput(into: &bytes, now: 1)
                let isSent = bytes.count == sentBytes
                output.bytes = bytes
                var offset = 0
                var found = 0
                session.heard(now: 1)
                while case .reply(_, .integer(1)) = session.nextEvent(in: replies.span, offset: &offset) { found &+= 1 }
                return isSent ? found : 0
            },
            yardsticks: [
                Memcpy.yardstick(replies + Array(repeatElement(command, count: count).joined()), itemCount: count)
            ])
    }
}
