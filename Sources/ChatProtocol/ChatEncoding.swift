// How messages stand in a WebSocket frame. JSON: one line each, in a text frame; a line end between two, and one behind the last is
// allowed. Protobuf: each behind its length, in a binary frame.

package enum ChatEncoding: UInt8, Sendable {
    case json
    case protobuf

    /// Appends `message` to those of `frame`. Not generic, as the next one: what is written most is compiled for its type, in this room.
    package func append(_ message: ServerMessage, to frame: inout [UInt8]) { write(message, to: &frame) }
    /// What a node keeps of a publication.
    package func append(_ message: Publication, to frame: inout [UInt8]) { write(message, to: &frame) }
    package func append(_ message: some WritableMessage, to frame: inout [UInt8]) { write(message, to: &frame) }

    private func write(_ message: some WritableMessage, to frame: inout [UInt8]) {
        switch self {
        case .json:
            if !frame.isEmpty { frame.append(UInt8(ascii: "\n")) }
            JSONMessageWriter.append(message, to: &frame)
        case .protobuf: ProtobufWriter.append(message, to: &frame)
        }
    }
}

/// The commands of one frame, read one by one: those before a broken one still count.
package struct CommandReader {
    private let frame: [UInt8]
    private let encoding: ChatEncoding
    /// Where the next command begins.
    package private(set) var offset = 0

    package init(_ frame: [UInt8], _ encoding: ChatEncoding) {
        self.frame = frame
        self.encoding = encoding
    }

    /// Nil at the end of the frame. A frame without a command is an error.
    package mutating func next() throws(MessageError) -> Command? {
        guard offset < frame.count else {
            if frame.isEmpty { throw MessageError(.empty, at: 0) }
            return nil
        }
        switch encoding {
        case .protobuf: return try ProtobufReader.read(Command.self, from: frame, at: &offset)
        case .json:
            let start = offset
            let end = frame[start...].firstIndex(of: UInt8(ascii: "\n")) ?? frame.endIndex
            offset = end + 1
            guard start < end else { throw MessageError(.empty, at: start) }
            do throws(MessageError) {
                // Nearly always it is the only one: no copy then.
                let line = start == 0 && end == frame.endIndex ? frame : [UInt8](frame[start..<end])
                return try JSONMessageReader.read(Command.self, from: line)
            } catch {
                throw MessageError(error.rule, at: start + error.offset)
            }
        }
    }
}
