import RESP
import Testing

@Suite("Sending commands to a Redis server")
struct CommandEncoderTests {
    @Test("PUBLISH goes straight into the output, byte for byte what the general way writes")
    func publish() throws {
        var output: [UInt8] = [1]
        CommandEncoder.appendPublish(
            channel: Array("chat_channel".utf8), payload: Array("Client #42 says: hi".utf8).span, to: &output)
        let general = try CommandEncoder.encode(
            ["PUBLISH", "chat_channel", "Client #42 says: hi"].map { Array($0.utf8) })
        #expect(output == [1] + general)
        // Captured from redis-cli 7.0.15.
        let wire = "*3\r\n$7\r\nPUBLISH\r\n$12\r\nchat_channel\r\n$19\r\nClient #42 says: hi\r\n"
        #expect(general == Array(wire.utf8))
    }

    @Test("R2 a bad argument inside a pipeline leaves nothing half-written")
    func wholeOrNothing() {
        var output: [UInt8] = Array("before".utf8)
        let commands: [[[UInt8]]] = [[Array("GET".utf8), Array("a".utf8)], [], [Array("GET".utf8), Array("b".utf8)]]
        #expect(throws: CommandError.noArguments) { try CommandEncoder.append(commands, to: &output) }
        #expect(output == Array("before".utf8))
    }

    @Test("R2 an argument longer than Redis takes is refused before its first byte is queued")
    func tooLong() {
        var output: [UInt8] = []
        let long = [UInt8](repeating: 0, count: CommandEncoder.argumentBytesMax + 1)
        let commands: [[[UInt8]]] = [[Array("PING".utf8)], [Array("ECHO".utf8), long]]
        #expect(throws: CommandError.self) { try CommandEncoder.append(commands, to: &output) }
        #expect(output.isEmpty)
    }

    @Test("R2 a command of any arguments is written as Redis reads it: empty, binary, long, many")
    func anyCommand() throws {
        // hiredis 3.5.0, pack_command.
        let binary: [UInt8] = [0, 0xFF, 0x0D, 0x0A, 0x24]
        #expect(
            try CommandEncoder.encode([Array("SET".utf8), [], binary])
                == Array("*3\r\n$3\r\nSET\r\n$0\r\n\r\n$5\r\n".utf8) + binary + [0x0D, 0x0A])
        let long = [UInt8](repeating: 0x61, count: 100_000)
        #expect(try CommandEncoder.encode([long]) == Array("*1\r\n$100000\r\n".utf8) + long + [0x0D, 0x0A])
        let many = [[UInt8]](repeating: [0x78], count: 1_234)
        #expect(
            try CommandEncoder.encode(many)
                == Array(("*1234\r\n" + String(repeating: "$1\r\nx\r\n", count: 1_234)).utf8))
    }

    @Test("R2 more arguments than Redis takes are refused before the first byte is queued")
    func tooMany() {
        var output: [UInt8] = []
        let many = [[UInt8]](repeating: [], count: CommandEncoder.argumentsMax + 1)
        #expect(throws: CommandError.tooManyArguments(count: many.count, limit: CommandEncoder.argumentsMax)) {
            try CommandEncoder.append([[[0x78]], many], to: &output)
        }
        #expect(output.isEmpty)
    }

    @Test("R2 a long argument finds its room at once, and short commands do not move what is queued each time")
    func room() throws {
        var output: [UInt8] = []
        let long = [UInt8](repeating: 0x61, count: 8 << 20)
        try CommandEncoder.append([[Array("SET".utf8), [0x6B], long]], to: &output)
        #expect(output.capacity < 9 << 20, "no more room than the command takes")
        var moves = 0
        var capacity = output.capacity
        for _ in 0..<200_000 {
            try CommandEncoder.append([[Array("INCR".utf8), [0x6B]]], to: &output)
            if output.capacity != capacity { moves += 1 }
            capacity = output.capacity
        }
        #expect(moves < 8)
    }
}
