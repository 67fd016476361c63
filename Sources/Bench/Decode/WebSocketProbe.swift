// What our decoder of WebSocket frames makes of a stream, as JSON. Events of RFC 6455 (messages, control frames, Close), not
// frames: how a message was cut must not show.

import JSON
import WSProtocol

enum WebSocketProbe {
    /// Writes `values` and `state`, and `code` when the connection fails.
    static func decode(_ chunks: [[UInt8]], _ settings: DecodeSettings, to writer: inout JSONWriter) {
        var connection = WSConnection(role: settings.role, deflate: settings.deflate)
        writer.name("values")
        writer.beginArray()
        var failure: WSFailure?
        feeding: for var chunk in chunks {
            var offset = 0
            reading: while true {
                var input = chunk.mutableSpan
                let event = connection.nextEvent(in: &input, offset: &offset, limits: settings.limits)
                func payload(_ location: PayloadLocation) -> [UInt8] {
                    switch location {
                    case .input(let range): Array(chunk[range])
                    case .assembled: connection.assembled
                    }
                }
                switch event {
                case .needsMoreBytes: break reading
                case .text(let location): writer.event("text", text: payload(location))
                case .binary(let location): writer.event("binary", hex: payload(location))
                case .ping(let location): writer.event("ping", hex: payload(location))
                case .pong(let location): writer.event("pong", hex: payload(location))
                case .close(let frame):
                    writer.beginObject()
                    writer.name("close")
                    if let code = frame.code { writer.integer(Int64(code.rawValue)) } else { writer.null() }
                    writer.name("reason")
                    writer.string(utf8: payload(frame.reason).span)
                    writer.endObject()
                case .failed(let reason):
                    failure = reason
                    break feeding
                }
            }
        }
        writer.endArray()
        writer.name("state")
        writer.string(failure != nil ? "error" : connection.isMidMessage ? "partial" : "idle")
        if let failure {
            writer.name("code")
            writer.integer(Int64(failure.closeCode.rawValue))
        }
    }
}

extension JSONWriter {
    fileprivate mutating func event(_ name: String, text: [UInt8]) {
        beginObject()
        self.name(name)
        string(utf8: text.span)
        endObject()
    }

    fileprivate mutating func event(_ name: String, hex bytes: [UInt8]) {
        event(name, text: Array(Hex.text(bytes).utf8))
    }
}
