// Hears one connection and writes down what it is told. For the targets with and without permessage-deflate.

import WSProtocol

struct FrameListener {
    var connection: WSConnection
    var transcript = Transcript()
    var scratch: InflateScratch?
    private let limits: WSLimits

    init(_ connection: WSConnection, _ limits: WSLimits, sendsCloseFirst: Bool = false) {
        self.connection = connection
        self.limits = limits
        if sendsCloseFirst { self.connection.sentClose() }
    }

    mutating func hear(_ bytes: [UInt8], _ pieces: [Range<Int>]) {
        for piece in pieces {
            var part = Array(bytes[piece])
            hear(&part)
        }
    }

    private mutating func hear(_ bytes: inout [UInt8]) {
        var offset = 0
        while true {
            let before = offset
            let event = next(&bytes, &offset)
            demand(offset >= before && offset <= bytes.count, "the offset stays inside")
            if case .needsMoreBytes = event {
                demand(offset == bytes.count, "all input is used")
                return
            }
            add(event, bytes)
        }
    }

    private mutating func next(_ bytes: inout [UInt8], _ offset: inout Int) -> WSEvent {
        var span = bytes.mutableSpan
        return connection.nextEvent(in: &span, offset: &offset, limits: limits, scratch: scratch)
    }

    private mutating func add(_ event: WSEvent, _ bytes: [UInt8]) {
        switch event {
        case .needsMoreBytes: return
        case .text(let location): add(Opcode.text.rawValue, location, bytes, isText: true)
        case .binary(let location): add(Opcode.binary.rawValue, location, bytes, isText: false)
        case .ping(let location): add(Opcode.ping.rawValue, location, bytes, isText: false)
        case .pong(let location): add(Opcode.pong.rawValue, location, bytes, isText: false)
        case .close(let frame):
            transcript.add(Opcode.close.rawValue)
            transcript.add(frame.code?.rawValue ?? 0)
            demand(frame.code.map { "\($0)" == "\($0.rawValue)" } ?? true, "a code is shown as its number")
            add(0, frame.reason, bytes, isText: true)
        case .failed(let failure):
            transcript.add(failure.closeCode.rawValue)
            demand(failure.description.utf8.count <= 123, "the failure fits into a Close")
        }
    }

    private mutating func add(_ opcode: UInt8, _ location: PayloadLocation, _ bytes: [UInt8], isText: Bool) {
        if opcode != 0 { transcript.add(opcode) }
        switch location {
        case .input(let range): add(bytes.span.extracting(range), isText)
        case .assembled:
            let payload = connection.assembled
            add(payload.span, isText)
        }
    }

    private mutating func add(_ payload: Span<UInt8>, _ isText: Bool) {
        demand(payload.count <= limits.messageBytesMax || payload.count <= 125, "a message within the limit")
        demand(!isText || (try? UTF8Span(validating: payload)) != nil, "text is UTF-8")
        transcript.add(payload)
    }
}
