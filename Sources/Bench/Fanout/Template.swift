// Texts with places: {n}, {channel} and {message}. Any other brace stands for itself, so that JSON needs no escapes.

struct Template: Equatable {
    private enum Part: Equatable {
        case bytes([UInt8]), number, channel, message
    }

    let source: String
    private let parts: [Part]

    init(_ source: String) {
        self.source = source
        var parts: [Part] = []
        var literal: [UInt8] = []
        var rest = Array(source.utf8)[...]
        let places: [(name: [UInt8], part: Part)] = [
            (Array("{n}".utf8), .number), (Array("{channel}".utf8), .channel), (Array("{message}".utf8), .message),
        ]
        while let byte = rest.first {
            if let place = places.first(where: { rest.starts(with: $0.name) }) {
                if !literal.isEmpty { parts.append(.bytes(literal)) }
                literal = []
                parts.append(place.part)
                rest = rest.dropFirst(place.name.count)
            } else {
                literal.append(byte)
                rest = rest.dropFirst()
            }
        }
        if !literal.isEmpty { parts.append(.bytes(literal)) }
        self.parts = parts
    }

    var hasMessage: Bool { parts.contains(.message) }
    var hasChannel: Bool { parts.contains(.channel) }

    /// Appends the text with its places filled.
    func append(message: [UInt8], number: Int, channel: Int, to output: inout [UInt8]) {
        for part in parts {
            switch part {
            case .bytes(let bytes): output.append(contentsOf: bytes)
            case .number: output.append(contentsOf: "\(number)".utf8)
            case .channel: output.append(contentsOf: "\(channel)".utf8)
            case .message: output.append(contentsOf: message)
            }
        }
    }

    /// The text for one connection.
    func text(number: Int, channel: Int) -> String {
        var bytes: [UInt8] = []
        append(message: [], number: number, channel: channel, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
