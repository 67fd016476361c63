// Feeds bytes to a `WSConnection` in pieces and writes down what came out, so that two ways of cutting can be compared.
import Testing
import TestSupport
import WSProtocol

/// An event with its payload taken out, as the fixtures write it.
enum Heard: Hashable {
    case text(String)
    case binary([UInt8])
    case ping([UInt8])
    case pong([UInt8])
    case close(UInt16?, String)
    case failed(UInt16)

    /// Of its payload.
    var byteCount: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .binary(let bytes), .ping(let bytes), .pong(let bytes): bytes.count
        case .close(_, let reason): reason.utf8.count
        case .failed: 0
        }
    }
}

struct FrameRunner {
    var connection: WSConnection
    var limits = WSLimits()
    private(set) var heard: [Heard] = []

    private let scratch: InflateScratch?

    init(role: Role, deflate: PermessageDeflate? = nil, scratch: InflateScratch? = nil) {
        connection = WSConnection(role: role, deflate: deflate)
        self.scratch = scratch
    }

    /// Hands over one piece, as one read of a socket would.
    mutating func receive(_ piece: [UInt8]) {
        var bytes = piece
        var offset = 0
        while true {
            let event = next(&bytes, &offset)
            switch event {
            case .needsMoreBytes:
                #expect(offset == bytes.count, "all input is consumed")
                return
            case .text(let location):
                let text = String(validating: payload(location, bytes), as: UTF8.self)
                heard.append(.text(text ?? "not UTF-8"))
            case .binary(let location): heard.append(.binary(payload(location, bytes)))
            case .ping(let location): heard.append(.ping(payload(location, bytes)))
            case .pong(let location): heard.append(.pong(payload(location, bytes)))
            case .close(let frame):
                let reason = String(validating: payload(frame.reason, bytes), as: UTF8.self)
                heard.append(.close(frame.code?.rawValue, reason ?? "not UTF-8"))
            case .failed(let failure):
                heard.append(.failed(failure.closeCode.rawValue))
                #expect(failure.description.utf8.count <= 123, "fits a Close frame")
            }
        }
    }

    private func payload(_ location: PayloadLocation, _ bytes: [UInt8]) -> [UInt8] {
        switch location {
        case .input(let range): Array(bytes[range])
        case .assembled: connection.assembled
        }
    }

    private mutating func next(_ bytes: inout [UInt8], _ offset: inout Int) -> WSEvent {
        var span = bytes.mutableSpan
        return connection.nextEvent(in: &span, offset: &offset, limits: limits, scratch: scratch)
    }

    /// What comes out when the pieces come in.
    static func run(
        _ pieces: [[UInt8]], role: Role, limits: WSLimits = WSLimits(), deflate: PermessageDeflate? = nil,
        scratch: InflateScratch? = nil
    ) -> [Heard] {
        var runner = FrameRunner(role: role, deflate: deflate, scratch: scratch)
        runner.limits = limits
        for piece in pieces { runner.receive(piece) }
        return runner.heard
    }
}
