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
}
