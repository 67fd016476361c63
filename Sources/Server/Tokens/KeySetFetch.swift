// Asks a server on this machine for its key set: one request on a connection of its own, bounded in time and in bytes. It waits, so it runs on a
// thread of its own and never on a loop (row J4: an issuer that hangs).

import EventLoop
import JWT
import WSProtocol

enum KeySetFetch {
    /// From the first byte asked to the last one that came.
    static let milliseconds = 8_000

    /// Why no set came; a part of a sentence.
    struct Failure: Error, Equatable {
        let text: String
        init(_ text: String) { self.text = text }
    }

    /// The body of the answer. Only a 200 is one: what stands behind a redirect was not configured.
    static func text(of place: KeySetSource.Place, within milliseconds: Int = milliseconds) throws(Failure) -> [UInt8] {
        let deadline = Instant.now().adding(milliseconds: milliseconds)
        let descriptor: Int32
        do throws(SystemError) { descriptor = try Socket.connect(to: place.address) } catch {
            throw Failure("\(error)")
        }
        defer { Socket.close(descriptor) }
        try wait(descriptor, toSend: true, until: deadline)
        if let error = Socket.connectResult(descriptor, to: place.address) { throw Failure("\(error)") }
        try send(request(place), descriptor, until: deadline)
        var limits = HTTPLimits()
        limits.bodyBytesMax = KeyLimits.textBytesMax
        var reader = AnswerReader(limits: limits)
        while !reader.isComplete {
            try wait(descriptor, toSend: false, until: deadline)
            guard try receive(descriptor, &reader) else { break }
        }
        guard reader.status == 200 else { throw Failure("it answers \(reader.status ?? 0), not 200") }
        return reader.body
    }

    private static func request(_ place: KeySetSource.Place) -> [UInt8] {
        Array(
            "GET \(place.target) HTTP/1.1\r\nHost: \(place.host)\r\nAccept: application/json\r\nUser-Agent: rookery/\(Help.version)\r\nConnection: close\r\n\r\n"
                .utf8)
    }

    private static func send(_ bytes: [UInt8], _ descriptor: Int32, until deadline: Instant) throws(Failure) {
        var sent = 0
        while sent < bytes.count {
            switch Socket.send(descriptor, bytes.span.extracting(sent...)) {
            case .bytes(let count): sent += count
            case .wouldBlock: try wait(descriptor, toSend: true, until: deadline)
            case .endOfStream: throw Failure("it ended the connection")
            case .failed(let error): throw Failure("\(error)")
            }
        }
    }

    /// False at the end of the stream.
    private static func receive(_ descriptor: Int32, _ reader: inout AnswerReader) throws(Failure) -> Bool {
        var bytes: [UInt8] = []
        switch Socket.receive(descriptor, appendingTo: &bytes) {
        case .bytes:
            do throws(HTTPRefusal) { try reader.receive(bytes.span) } catch { throw Failure(error.reason) }
            return true
        case .wouldBlock: return true
        case .endOfStream:
            guard reader.receiveEndOfStream() else { throw Failure("it ended the connection in the middle") }
            return false
        case .failed(let error): throw Failure("\(error)")
        }
    }

    private static func wait(_ descriptor: Int32, toSend: Bool, until deadline: Instant) throws(Failure) {
        let left = deadline.milliseconds(since: Instant.now())
        guard left > 0 else { throw Failure("it did not answer in time") }
        _ = Socket.wait(descriptor, toReceive: !toSend, toSend: toSend, milliseconds: left)
        guard Instant.now() < deadline else { throw Failure("it did not answer in time") }
    }
}
