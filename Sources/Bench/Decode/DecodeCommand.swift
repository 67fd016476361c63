// `rookery-bench decode`: a decoder of ours as a filter, for tests that compare it with others. Line in, line out. A wrong
// line is answered with an error and does not end the filter, so that one bad case costs a test no more than itself.

import EventLoop
import JSON

enum DecodeCommand {
    /// The program's exit status: 0; 2 when the arguments or a line of input were wrong; 1 when a stream could not be read or written.
    static func run(_ arguments: [String]) -> Int32 {
        if arguments.contains("--help") {
            StandardStreams.writeOutput(DecodeSettings.usage)
            return 0
        }
        var problem = ""
        guard let settings = DecodeSettings(arguments, problem: &problem) else {
            StandardStreams.writeError("rookery-bench decode: \(problem)\n\n\(DecodeSettings.usage)")
            return 2
        }
        do throws(SystemError) {
            return try filter(settings)
        } catch {
            StandardStreams.writeError("rookery-bench decode: \(error)\n")
            return 1
        }
    }

    private static func filter(_ settings: DecodeSettings) throws(SystemError) -> Int32 {
        var status: Int32 = 0
        var lines = InputLines()
        var number = 0
        while let line = try lines.next() {
            number += 1
            if line.isEmpty { continue }
            var writer = JSONWriter()
            writer.beginObject()
            do throws(DecodeRequest.Problem) {
                let request = try DecodeRequest(line: line)
                writer.name("id")
                writer.raw(request.id.span)
                switch settings.decoder {
                case .resp: RESPProbe.decode(request.chunks, to: &writer)
                case .webSocket: WebSocketProbe.decode(request.chunks, settings, to: &writer)
                }
            } catch {
                status = 2
                StandardStreams.writeError("rookery-bench decode: line \(number): \(error.text)\n")
                writer.name("id")
                if let id = error.id { writer.raw(id.span) } else { writer.null() }
                writer.name("error")
                writer.string("line \(number): \(error.text)")
            }
            writer.endObject()
            if let problem = StandardStreams.writeOutput(writer.bytes + [UInt8(ascii: "\n")]) { throw problem }
        }
        return status
    }
}

/// The lines of standard input, however long they are.
struct InputLines {
    private var buffer: [UInt8] = []
    /// Where the next line begins, and how far it was searched for its end.
    private var start = 0
    private var searched = 0
    private var isAtEnd = false

    /// The next line without its line end; nil at the end of the input. A last line needs no line end.
    mutating func next() throws(SystemError) -> [UInt8]? {
        while true {
            while searched < buffer.count {
                searched += 1
                guard buffer[searched - 1] == UInt8(ascii: "\n") else { continue }
                defer { start = searched }
                return Array(buffer[start..<searched - 1])
            }
            if isAtEnd {
                guard start < buffer.count else { return nil }
                defer { start = buffer.count }
                return Array(buffer[start...])
            }
            buffer.removeFirst(start)
            searched -= start
            start = 0
            isAtEnd = try !StandardStreams.readInput(into: &buffer)
        }
    }
}
