// A WebSocket in use: what each event of the frame decoder means at each door. RFC 6455 §5.5 to §7: pings are answered,
// Close is answered, a broken rule is told with its code.

import EventLoop
import WSProtocol

extension Sessions {
    /// The handshake is done: the connection follows its channel from now on.
    func open(_ slot: UInt32, _ request: DoorRequest) {
        let deflate = node.configuration.deflate == nil ? nil : DeflatePolicy().accept(request.upgrade.offers)
        writer.append(to: slot) {
            ServerHandshake.appendResponse(to: request.upgrade, extensions: deflate?.answer, to: &$0)
        }
        table[slot].prefaceBytes = UInt16(clamping: table[slot].output.count)
        table[slot].phase = .open
        table[slot].exchange = nil
        table[slot].door = request.door
        table[slot].clientID = request.clientID
        table[slot].deadline = .never
        table[slot].webSocket = WSConnection(role: .server, deflate: deflate?.agreed)
        metrics.webSockets.add()
        if deflate != nil { metrics.deflatedWebSockets.add() }
        if let channel = request.channel {
            let form = request.form.deflated(windowBits: deflate?.agreed.serverMaxWindowBits ?? 0)
            let (number, place) = hub.join(slot, channel, form)
            table[slot].channel = number
            table[slot].place = place
        }
        heard(slot)
        arm(slot)
    }

    func receivedFrames(_ bytes: inout MutableSpan<UInt8>, from slot: UInt32, offset start: Int) {
        var offset = start
        var used = 0
        var messages = 0
        let speaker = Speaker(table[slot], sender(slot))
        let mayUse = max(1, min(TurnShare.ofConnection, turnLeft))
        heard(slot)
        defer {
            turn.use(used)
            metrics.messagesIn.add(messages)
        }
        while true {
            let event = table[slot].webSocket.nextEvent(
                in: &bytes, offset: &offset, limits: wsLimits, scratch: inflateScratch)
            switch event {
            case .needsMoreBytes: return watchHalfMessage(slot)
            case .text(let place):
                messages += 1
                used += receivedMessage(place, in: bytes.span, isText: true, from: speaker)
            case .binary(let place):
                messages += 1
                used += receivedMessage(place, in: bytes.span, isText: false, from: speaker)
            case .ping(let place):
                if table[slot].phase == .open {
                    withPayload(place, in: bytes.span, of: slot) { writer.appendPong(to: slot, $0) }
                }
            case .pong: break  // any byte counts as a sign of life, see `heard`
            case .close(let frame): return receivedClose(frame, from: slot)
            case .failed(let failure): return fail(slot, failure)
            }
            guard table[slot].phase == .open || table[slot].phase == .closing else { return }
            if let pace, table[slot].phase == .open, pace.charge(&table[slot].allowanceUsed, now: loop.now) {
                return rest(slot, with: bytes.span.extracting(offset...))
            }
            // Whoever has used up its share goes on in a later turn (row E7).
            guard used < mayUse else {
                if offset < bytes.count { waitForTurn(slot, with: bytes.span.extracting(offset...)) }
                return
            }
        }
    }

    /// A message that is half here has a deadline of its own (row W3).
    private func watchHalfMessage(_ slot: UInt32) {
        guard table[slot].phase == .open, table[slot].webSocket.isMidMessage else { return }
        if let failure = table[slot].webSocket.checkMessageTime(now: clockMilliseconds, limits: wsLimits) {
            return fail(slot, failure)
        }
        arm(slot)
    }

    /// Returns what the message used of the turn, in bytes. RFC 6455 §1.4 — after our Close nothing the peer sends is read as data.
    private func receivedMessage(
        _ place: PayloadLocation, in bytes: Span<UInt8>, isText: Bool, from speaker: Speaker
    ) -> Int {
        let slot = speaker.sender.slot
        guard table[slot].phase == .open else { return 0 }
        var used = 0
        switch speaker.door {
        case .plain:
            guard isText else {
                close(slot, .unsupportedData, "this door takes text messages only", counting: .unsupportedData)
                return 0
            }
            withPayload(place, in: bytes, of: slot) { text in
                line.says(table[slot].clientID, speaker.sender, text) { line in
                    used = line.count
                    hub.publish(line, isUTF8: true, on: speaker.channel, from: speaker.sender)
                }
            }
        case .relay:
            withPayload(place, in: bytes, of: slot) { payload in
                used = payload.count
                hub.publish(payload, isUTF8: isText, on: speaker.channel, from: speaker.sender)
            }
        case .echo:
            withPayload(place, in: bytes, of: slot) { payload in
                used = payload.count
                echo(payload, isText: isText, to: slot)
            }
        case .none: break
        }
        return used
    }

    private func echo(_ payload: Span<UInt8>, isText: Bool, to slot: UInt32) {
        metrics.messagesOut.add()
        deflaters.beginMessage()
        let windowBits = table[slot].webSocket.deflate?.serverMaxWindowBits ?? 0
        writer.append(to: slot) {
            deflaters.append(isText ? .text : .binary, payload, windowBits: windowBits, to: &$0)
        }
    }

    private func withPayload(
        _ place: PayloadLocation, in bytes: Span<UInt8>, of slot: UInt32, _ body: (Span<UInt8>) -> Void
    ) {
        switch place {
        case .input(let range): body(bytes.extracting(range))
        case .assembled:
            let assembled = table[slot].webSocket.assembled
            body(assembled.span)
        }
    }

    /// A publication of this connection was not, or may not have been, published: the client is told by 1013 that what it does not
    /// see come back must be sent again.
    func refuse(_ sender: Sender, _ failure: PublishFailure) {
        let slot = sender.slot
        guard table.isCurrent(slot, sender.generation), table[slot].phase == .open else {
            return onForget(sender, PlainDoor.channel)
        }
        let words =
            switch failure {
            case .queueFull: "not published: too many messages are waiting; try again later"
            case .expired: "not published: the message broker was away for too long; try again later"
            case .rejected: "not published: the message broker refused the message; try again later"
            case .unknown: "the message broker did not confirm the last message; check before sending again"
            }
        let channel = table[slot].channel
        let name = hub.name(of: channel)
        close(slot, .tryAgainLater, words, counting: .brokerUnavailable)
        onForget(sender, name)
    }
}
