// How cases reach a WebSocket server under test.

import EventLoop

/// The way to a server: opens connections for cases.
struct WebSocketDoor: Sendable {
    let target: WebSocketTarget
    let headers: [(name: String, value: String)]
    /// What is sent comes back to its sender as it was; else to all of a path.
    let isEcho: Bool

    /// Sends a request and reads the answer's head. nil: the connection ended, or nothing came.
    func ask(
        _ request: OpeningRequest, _ attempt: CaseAttempt, pieceBytes: Int = .max, pauseMilliseconds: Int = 0,
        trailing: [UInt8] = []
    ) throws(CaseStop) -> (socket: PatientSocket, answer: HTTPHead?) {
        let socket = try PatientSocket(to: target.address, attempt)
        let bytes = request.bytes(target, headers: headers, number: attempt.number) + trailing
        socket.send(bytes, pieceBytes: min(pieceBytes, bytes.count), pauseMilliseconds: pauseMilliseconds)
        return (socket, HTTPHead.receive(on: socket, until: attempt.deadline()))
    }

    /// A connection that is established. `extensions`: the offers for permessage-deflate.
    func open(
        _ attempt: CaseAttempt, _ request: OpeningRequest = OpeningRequest(), pieceBytes: Int = .max,
        pauseMilliseconds: Int = 0
    ) throws(CaseStop) -> WebSocketPeer {
        let (socket, answer) = try ask(request, attempt, pieceBytes: pieceBytes, pauseMilliseconds: pauseMilliseconds)
        guard let answer, answer.status == 101 else {
            throw .failed(
                expected: "HTTP/1.1 101", came: answer?.firstLine ?? "no answer",
                why: "RFC 6455 §4.2.2: a valid opening handshake is answered with 101")
        }
        attempt.begin(after: "the opening handshake")
        return WebSocketPeer(socket, attempt, isClient: true, comparesKinds: isEcho)
    }
}

extension HTTPHead {
    /// Waits for a whole head and takes it. nil: the connection ended, it is too long, or it did not come in time.
    static func receive(on socket: PatientSocket, until deadline: Instant) -> HTTPHead? {
        while socket.inbox.count < bytesMax {
            if let (head, count) = read(socket.inbox) {
                socket.take(count)
                return head
            }
            guard socket.waitForMore(until: deadline) == .bytes else { return nil }
        }
        return nil
    }
}
