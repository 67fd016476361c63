// Writes commands: always an array of bulk strings ("Sending commands to a Redis server"). A command is checked whole before
// its first byte stands in the output, so a bad argument in the middle of a pipeline leaves nothing half-written (row R2).

/// A command that Redis would refuse and close the connection for. Nothing of it was written.
package enum CommandError: Error, Equatable, Sendable {
    case noArguments
    case argumentTooLong(index: Int, byteCount: Int, limit: Int)
    case tooManyArguments(count: Int, limit: Int)
}

/// Appends commands to an output that is sent later. It knows no command but PUBLISH.
package enum CommandEncoder {
    /// Redis refuses longer ones (`proto-max-bulk-len`) and closes the connection.
    package static let argumentBytesMax = 512 << 20
    /// Redis refuses more (1024 × 1024) as a protocol error.
    package static let argumentsMax = 1 << 20

    /// One command as bytes.
    package static func encode(_ arguments: [[UInt8]]) throws(CommandError) -> [UInt8] {
        var output: [UInt8] = []
        try append([arguments], to: &output)
        return output
    }

    /// Several commands: all of them, or none and an error.
    package static func append(_ commands: [[[UInt8]]], to output: inout [UInt8]) throws(CommandError) {
        for command in commands { try check(command) }
        for command in commands { appendChecked(command, to: &output) }
    }

    /// A command of our own making, whose arguments are known to be within the limits.
    static func append(words: String..., to output: inout [UInt8]) {
        appendChecked(words.map { Array($0.utf8) }, to: &output)
    }

    /// `PUBLISH channel payload` straight into the output: the hot path. The caller has its own, smaller limits.
    package static func appendPublish(channel: [UInt8], payload: Span<UInt8>, to output: inout [UInt8]) {
        precondition(payload.count <= argumentBytesMax, "a payload longer than Redis takes")
        output.append(contentsOf: publishHead)
        appendNumber(channel.count, to: &output)
        output.append(contentsOf: channel)
        output.append(contentsOf: newLineDollar)
        appendNumber(payload.count, to: &output)
        output.append(copying: payload)
        output.append(0x0D)
        output.append(0x0A)
    }

    /// Bytes that `appendPublish` adds, at most 12 more than it really does.
    package static func publishBytes(channelBytes: Int, payloadBytes: Int) -> Int {
        channelBytes + payloadBytes + 46
    }

    private static let publishHead = Array("*3\r\n$7\r\nPUBLISH\r\n$".utf8)
    private static let newLineDollar = Array("\r\n$".utf8)

    private static func check(_ arguments: [[UInt8]]) throws(CommandError) {
        guard !arguments.isEmpty else { throw .noArguments }
        guard arguments.count <= argumentsMax else {
            throw .tooManyArguments(count: arguments.count, limit: argumentsMax)
        }
        for (index, argument) in arguments.enumerated() where argument.count > argumentBytesMax {
            throw .argumentTooLong(index: index, byteCount: argument.count, limit: argumentBytesMax)
        }
    }

    static func appendChecked(_ arguments: [[UInt8]], to output: inout [UInt8]) {
        reserve(encodedBytesMax(arguments), in: &output)
        output.append(UInt8(ascii: "*"))
        appendNumber(arguments.count, to: &output)
        for argument in arguments {
            output.append(UInt8(ascii: "$"))
            appendNumber(argument.count, to: &output)
            output.append(contentsOf: argument)
            output.append(0x0D)
            output.append(0x0A)
        }
    }

    /// Bytes of a command, at most 20 more for each number than it really takes.
    private static func encodedBytesMax(_ arguments: [[UInt8]]) -> Int {
        // Cannot overflow: the arguments are in memory, and each adds 25 bytes.
        arguments.reduce(23) { $0 + $1.count + 25 }
    }

    /// Room for a whole command at once, so that a long argument is not moved again while the output grows; at least twice the
    /// room there was, so that many short commands stay linear.
    private static func reserve(_ byteCount: Int, in output: inout [UInt8]) {
        guard output.capacity - output.count < byteCount else { return }
        output.reserveCapacity(max(output.count + byteCount, output.capacity * 2))
    }

    /// Digits and CRLF, without a String.
    private static func appendNumber(_ number: Int, to output: inout [UInt8]) {
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var rest = number
        var first = 20
        repeat {
            first -= 1
            digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        for index in first..<20 { output.append(digits[index]) }
        output.append(0x0D)
        output.append(0x0A)
    }
}
