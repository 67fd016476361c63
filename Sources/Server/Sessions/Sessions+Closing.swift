// The ends of a connection. A session ends once: the audience list, then the farewell, then the numbers. The socket may stay a little: to
// write what is due, to wait for the peer's Close and its end of the stream, each for a bounded time (RFC 6455 §7.1.1).

import EventLoop
import WSProtocol

extension Sessions {
    /// How long a peer may take to answer our Close, and to end its direction after ours.
    static let closeMilliseconds = 2_000
    static let lingerMilliseconds = 1_000
    /// What a slow reader gets to take the rest of its frame and the Close.
    static let slowMilliseconds = 1_000

    /// What a connection over a limit gets to ask its first request.
    static let turnedAwayMilliseconds = 1_000

    // MARK: Closing handshake

    /// We close: a Close frame, then the peer's answer is awaited.
    func close(_ slot: UInt32, _ code: CloseCode, _ reason: String, counting: CloseReason) {
        guard table[slot].phase == .open else { return }
        endSession(slot, counting)
        table[slot].phase = .closing
        table[slot].webSocket.sentClose()
        writer.append(to: slot) { FrameEncoder.appendClose(code, reason: reason, to: &$0) }
        // The peer's answer is to be read, whatever a command waited for.
        release(slot)
        setDeadline(of: slot, milliseconds: Sessions.closeMilliseconds)
    }

    /// The peer broke a rule: Close with the code of that rule; nothing more is read as frames (RFC 6455 §7.1.7).
    func fail(_ slot: UInt32, _ failure: WSFailure) {
        guard table[slot].phase == .open else { return finish(slot) }
        close(slot, failure.closeCode, failure.description, counting: CloseReason(failure.closeCode))
        finish(slot)
    }

    /// The peer closes, or answers our Close.
    func receivedClose(_ frame: CloseFrame, from slot: UInt32) {
        if table[slot].phase == .open {
            endSession(slot, CloseReason(peer: frame.code))
            writer.append(to: slot) { FrameEncoder.appendClose(frame.code, to: &$0) }
        }
        finish(slot)
    }

    /// The reader is too slow: the rest of the frame begun goes out, then Close 3008; what is not taken in time is cut off.
    func closeSlow(_ slot: UInt32) {
        guard table[slot].phase == .open else { return }
        endSession(slot, .slow)
        table[slot].phase = .closing
        table[slot].webSocket.sentClose()
        var frame: [UInt8] = []
        FrameEncoder.appendClose(.slow, reason: "slow", to: &frame)
        writer.replaceWaiting(of: slot, with: frame)
        release(slot)
        setDeadline(of: slot, milliseconds: Sessions.slowMilliseconds)
    }

    /// A client of the protocol door that was answered with an error has not closed: without a Close, so that it may try again.
    func endRefused(_ slot: UInt32) {
        endSession(slot, .tokenRefused)
        end(slot, reset: false)
    }

    // MARK: The session

    /// The client is no longer part of its channel: nothing more is delivered to it, and the others hear it leave.
    private func endSession(_ slot: UInt32, _ reason: CloseReason) {
        metrics.webSockets.add(-1)
        if table[slot].webSocket.deflate != nil { metrics.deflatedWebSockets.add(-1) }
        countEnd(slot, reason)
        if table[slot].door == .chat { chat?.ended(slot) }
        let channel = table[slot].channel
        guard channel != .max else { return }
        if table[slot].door == .plain {
            plainBeginning.forget()
            var line: [UInt8] = []
            PlainDoor.left(table[slot].clientID, into: &line)
            hub.publish(line.span, isUTF8: true, on: channel, from: nil)
        }
        // A refusal under way must not find a later message of this sender accepted: its home hears that it is over.
        hub.sendOutgoing(channel)
        if let moved = hub.leave(channel, place: table[slot].place) { table[moved].place = table[slot].place }
        table[slot].channel = .max
    }

    /// Each connection's end counts once, for its first reason.
    func countEnd(_ slot: UInt32, _ reason: CloseReason) {
        guard !table[slot].isEndCounted else { return }
        table[slot].isEndCounted = true
        metrics.count(reason)
    }

    // MARK: The socket

    /// Everything is said: when the output has left our direction ends, then the peer's end is awaited.
    func finish(_ slot: UInt32) {
        guard table[slot].phase != .finishing else { return }
        let isWebSocket = table[slot].exchange == nil
        table[slot].phase = .finishing
        setDeadline(
            of: slot,
            milliseconds: isWebSocket || isStopping
                ? Sessions.closeMilliseconds : live.handshakeMilliseconds)
        outputHasLeft(slot)
    }

    /// When the kernel has taken the last byte of a finishing connection, our direction ends.
    func outputHasLeft(_ slot: UInt32) {
        guard table[slot].phase == .finishing, table[slot].backlog == nil, table[slot].output.isEmpty else { return }
        if table[slot].isReadEnded { return end(slot, reset: false) }
        guard !table[slot].isWriteEnded else { return }
        table[slot].isWriteEnded = true
        setDeadline(of: slot, milliseconds: Sessions.lingerMilliseconds)
        // Not closed at once: unread bytes of the peer would turn the close into a reset that overtakes our last words.
        Socket.shutdownWrite(table[slot].descriptor)
    }

    /// The peer is gone or has to go without a word.
    func vanish(_ slot: UInt32, _ reason: CloseReason) {
        if table[slot].phase == .open {
            endSession(slot, reason)
        }
        end(slot, reset: true)
    }

    /// Gives the socket and the slot back.
    func end(_ slot: UInt32, reset: Bool) {
        let connection = table[slot]
        countEnd(slot, .finished)
        writer.forgetBacklog(of: slot)
        loop.unwatch(connection.descriptor)
        if reset { Socket.resetOnClose(connection.descriptor) }
        Socket.close(connection.descriptor)
        if connection.countsForAddress { node.admission.leave(connection.address) }
        node.admission.leave()
        metrics.connections.add(-1)
        metrics.closedTotal.add()
        table.release(slot)
    }

    // MARK: The stop of the node

    /// Closes all connections, each at a random moment of the spread (row E12: clients are moved, not thrown).
    func beginStop() {
        isStopping = true
        let spread = node.configuration.stopSpreadMilliseconds
        for slot in table.slotsInUse {
            let delay = spread > 0 ? Int.random(in: 0...spread, using: &random) : 0
            if delay == 0 { closeForStop(slot) } else { arm(slot, at: loop.now.adding(milliseconds: delay)) }
        }
    }

    func closeForStop(_ slot: UInt32) {
        switch table[slot].phase {
        case .open where table[slot].door == .chat: chat?.stop(slot)
        case .open: close(slot, .goingAway, "the server is stopping", counting: .stopping)
        case .http where table[slot].exchange?.pending != nil:
            // What is being done for it is answered; that ends the connection.
            let latest = loop.now.adding(milliseconds: Sessions.closeMilliseconds)
            table[slot].deadline = min(table[slot].deadline, latest)
            arm(slot)
        case .http: finish(slot)
        case .finishing:
            // A slow reader of an answer has its own, longer time; a stop does not wait for it.
            let latest = loop.now.adding(milliseconds: Sessions.closeMilliseconds)
            table[slot].deadline = min(table[slot].deadline, latest)
            arm(slot)
        case .free, .closing: break
        }
    }

    /// Told to stop again: whoever is still here is closed at once.
    func hurryStop() {
        isStopping = true
        for slot in table.slotsInUse { closeForStop(slot) }
    }
}

extension CloseReason {
    /// The reason a failure of the peer counts for.
    init(_ code: CloseCode) {
        switch code {
        case .messageTooBig: self = .messageTooBig
        case .invalidPayload: self = .invalidText
        case .unsupportedData: self = .unsupportedData
        default: self = .protocolError
        }
    }

    /// The reason a Close of the peer counts for.
    init(peer code: CloseCode?) {
        self = code == .goingAway ? .goingAway : .normal
    }
}
