// One of the ManyClients: a nonblocking socket, the least of the WebSocket protocol that a load needs (RFC 6455 §5.2),
// written apart from WSProtocol. Touched only under the lock of its ManyClients.
import Glibc

struct LoadClient {
    enum State: Equatable { case connecting, handshaking, open, closing, closed }

    /// What happened while reading, for the statistics.
    struct News {
        var messages = 0
        var bytes = 0
        var closeCode: Int?
        var closeReason = ""
        var problem: String?
    }

    // RFC 6455 §1.3: the key of the example and its answer.
    private static let key = "dGhlIHNhbXBsZSBub25jZQ=="
    private static let accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
    private static let maskingKey: [UInt8] = [0x37, 0xfa, 0x21, 0x3d]

    var descriptor: Int32
    var state = State.connecting
    var reads = true
    var order = OrderCheck()
    var received = 0
    var sequence = 0
    var openedNanoseconds: UInt64 = 0
    private var input: [UInt8] = []
    private var output: [UInt8] = []
    private var outputStart = 0

    init(port: Int, receiveBufferBytes: Int?) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw KitError.system("socket", errno: errno) }
        if let receiveBufferBytes { Loopback.setOption(descriptor, SOL_SOCKET, SO_RCVBUF, Int32(receiveBufferBytes)) }
        Loopback.setNonblocking(descriptor)
        Loopback.setOption(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        let result = Loopback.withSockaddr(Loopback.address(port: port)) { connect(descriptor, $0, $1) }
        guard result == 0 || errno == EINPROGRESS else {
            let code = errno
            close(descriptor)
            throw KitError.system("connect to port \(port)", errno: code)
        }
    }

    var hasOutput: Bool { outputStart < output.count }
    var isLive: Bool { state != .closed }

    mutating func startHandshake(port: Int, path: String, headers: [String]) {
        let lines =
            [
                "GET \(path) HTTP/1.1", "Host: localhost:\(port)", "Upgrade: websocket", "Connection: Upgrade",
                "Sec-WebSocket-Key: \(LoadClient.key)", "Sec-WebSocket-Version: 13",
            ] + headers
        output += Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }

    // MARK: sending

    mutating func sendText(_ text: String) { appendFrame(opcode: 1, Array(text.utf8)) }

    mutating func sendClose(_ code: UInt16) {
        appendFrame(opcode: 8, [UInt8(code >> 8), UInt8(code & 0xff)])
        state = .closing
    }

    private mutating func appendFrame(opcode: UInt8, _ payload: [UInt8]) {
        output.append(0x80 | opcode)
        switch payload.count {
        case ..<126: output.append(0x80 | UInt8(payload.count))
        case ..<65536: output += [0xfe, UInt8(payload.count >> 8), UInt8(payload.count & 0xff)]
        default: output += [0xff] + (0..<8).map { UInt8((payload.count >> (56 - 8 * $0)) & 0xff) }
        }
        output += LoadClient.maskingKey
        for (index, byte) in payload.enumerated() { output.append(byte ^ LoadClient.maskingKey[index & 3]) }
    }

    /// Writes what the kernel takes; false when the connection has failed.
    mutating func flush() -> Bool {
        while hasOutput {
            let count = output.withUnsafeBytes {
                send(descriptor, $0.baseAddress! + outputStart, $0.count - outputStart, Int32(MSG_NOSIGNAL))
            }
            if count < 0 {
                if errno == EINTR { continue }
                return errno == EAGAIN
            }
            outputStart += count
        }
        output.removeAll(keepingCapacity: true)
        outputStart = 0
        return true
    }

    // MARK: receiving

    /// Reads what is there and checks it. `scratch` is the shared buffer.
    mutating func read(_ scratch: UnsafeMutableRawBufferPointer, now: UInt64, _ latency: inout LatencyHistogram) -> News
    {
        var news = News()
        let count = recv(descriptor, scratch.baseAddress, scratch.count, 0)
        if count < 0 {
            if errno == EAGAIN || errno == EINTR { return news }
            news.closeCode = 1006
            news.problem = "receive: \(String(cString: strerror(errno)))"
            state = .closed
            return news
        }
        if count == 0 {
            news.closeCode = 1006
            state = .closed
            return news
        }
        news.bytes = count
        input += UnsafeRawBufferPointer(rebasing: scratch[..<count])
        if state == .handshaking { readHandshake(&news, now) }
        if state == .open || state == .closing { readFrames(&news, now, &latency) }
        return news
    }

    private mutating func readHandshake(_ news: inout News, _ now: UInt64) {
        guard let end = RawHTTP.endOfHead(input) else { return }
        let head = String(decoding: input[..<end], as: UTF8.self)
        input.removeFirst(end)
        guard head.hasPrefix("HTTP/1.1 101 "), head.contains(LoadClient.accept) else {
            news.problem = "handshake refused: \(head.prefix { $0 != "\r\n" })"
            state = .closed
            return
        }
        state = .open
        openedNanoseconds = now
    }

    private mutating func readFrames(_ news: inout News, _ now: UInt64, _ latency: inout LatencyHistogram) {
        var offset = 0
        var pongs: [[UInt8]] = []
        input.withUnsafeBufferPointer { bytes in
            while bytes.count - offset >= 2 {
                var header = 2
                var length = Int(bytes[offset + 1])
                if length == 126 {
                    guard bytes.count - offset >= 4 else { return }
                    header = 4
                    length = Int(bytes[offset + 2]) << 8 | Int(bytes[offset + 3])
                } else if length == 127 {
                    guard bytes.count - offset >= 10 else { return }
                    header = 10
                    length = 0
                    for index in 2..<10 { length = length << 8 | Int(bytes[offset + index]) }
                }
                guard bytes.count - offset >= header + length else { return }
                let payload = UnsafeBufferPointer(rebasing: bytes[(offset + header)..<(offset + header + length)])
                switch bytes[offset] {
                case 0x81, 0x82:
                    news.messages += 1
                    received += 1
                    if let message = NumberedMessage(in: payload) {
                        order.receive(message)
                        if message.sentNanoseconds <= now { latency.record(nanoseconds: now - message.sentNanoseconds) }
                    }
                case 0x88:
                    news.closeCode = payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : 1005
                    news.closeReason = String(decoding: payload.dropFirst(2), as: UTF8.self)
                case 0x89: pongs.append(Array(payload))
                case 0x8a: break
                default:
                    news.problem = "unexpected first byte of a frame: \(bytes[offset])"
                    return
                }
                offset += header + length
            }
        }
        input.removeFirst(offset)
        for pong in pongs { appendFrame(opcode: 10, pong) }
        if let code = news.closeCode, state == .open { sendClose(code == 1005 ? 1000 : UInt16(code)) }
    }
}
