// A WebSocket in use: what each event of the frame decoder means at each door. RFC 6455 §5.5 to §7: pings are answered,
// Close is answered, a broken rule is told with its code.

import EventLoop
import WSProtocol

extension Sessions {
    /// The handshake is done: the connection follows its channel from now on.
    func open(_ slot: UInt32, _ request: DoorRequest) {
        let deflate = node.configuration.deflate == nil ? nil : DeflatePolicy().accept(request.upgrade.offers)
        writer.append(to: slot) {
            ServerHandshake.appendResponse(
                to: request.upgrade, subprotocol: request.subprotocol, extensions: deflate?.answer, to: &$0)
        }
        table[slot].prefaceBytes = UInt16(clamping: table[slot].output.count)
        table[slot].phase = .open
        table[slot].exchange = nil
        table[slot].door = request.door
        table[slot].clientID = request.clientID
        table[slot].access = request.access
        table[slot].deadline = request.access.map(endOfAccess) ?? .never
        table[slot].webSocket = WSConnection(role: .server, deflate: deflate?.agreed)
        metrics.webSockets.add()
        if deflate != nil { metrics.deflatedWebSockets.add() }
        if let channel = request.channel {
            let form = request.form.deflated(windowBits: deflate?.agreed.serverMaxWindowBits ?? 0)
            let (number, place) = hub.join(slot, channel, form)
            table[slot].channel = number
            table[slot].place = place
        }
        if let request = request.chat { chat?.opened(slot, request) }
        heard(slot)
        arm(slot)
    }

    func receivedFrames(_ bytes: inout MutableSpan<UInt8>, from slot: UInt32, offset start: Int) {
        var offset = start
        let speaker = self.speaker(slot)
        var said = Said()
        swap(&said, &self.said)
        said.begin()
        heard(slot)
        let end = readFrames(&bytes, &offset, from: speaker, &said)
        publish(&said, in: bytes.span, from: speaker)
        turn.use(said.bytesUsed)
        metrics.messagesIn.add(said.messages)
        swap(&said, &self.said)
        switch end {
        case .needsMoreBytes: watchHalfMessage(slot)
        case .usedShare: if offset < bytes.count { waitForTurn(slot, with: bytes.span.extracting(offset...)) }
        case .usedPace: rest(slot, with: bytes.span.extracting(offset...))
        case .awaitsAnswer: hold(slot, with: bytes.span.extracting(offset...))
        case .close(let frame): receivedClose(frame, from: slot)
        case .failed(let failure): fail(slot, failure)
        case .mayNotPublish(let rule): close(slot, .policyViolation, rule, counting: .notAllowed)
        case .notText:
            close(slot, .unsupportedData, "this door takes text messages only", counting: .unsupportedData)
        case .ended: break
        }
    }

    /// Why no more frames are read of a receive.
    private enum ReadingEnd {
        case needsMoreBytes
        /// The connection has had its share of the turn, and goes on in a later one (row E7).
        case usedShare
        /// It has sent more messages than its pace allows.
        case usedPace
        /// A command at the protocol door waits for its answer.
        case awaitsAnswer
        /// What it says would be published, and it has no right to that.
        case mayNotPublish(String)
        case close(CloseFrame)
        case failed(WSFailure)
        /// A binary message at the plain door.
        case notText
        /// The connection has ended meanwhile.
        case ended
    }

    /// The loop every message comes through. Messages to others are collected in `said`; everything else is done at once.
    private func readFrames(
        _ bytes: inout MutableSpan<UInt8>, _ offset: inout Int, from speaker: Speaker, _ said: inout Said
    ) -> ReadingEnd {
        let slot = speaker.sender.slot
        let mayUse = max(1, min(TurnShare.ofConnection, turnLeft))
        while true {
            switch table[slot].webSocket.nextEvent(
                in: &bytes, offset: &offset, limits: wsLimits, scratch: inflateScratch)
            {
            case .text(let place):
                if let end = received(place, in: bytes.span, isText: true, from: speaker, &said) { return end }
            case .binary(let place):
                if let end = received(place, in: bytes.span, isText: false, from: speaker, &said) { return end }
            case .ping(let place):
                if speaker.isOpen {
                    withPayload(place, in: bytes.span, of: slot) { writer.appendPong(to: slot, $0) }
                }
            case .pong: break  // any byte counts as a sign of life, see `heard`
            case .needsMoreBytes: return .needsMoreBytes
            case .close(let frame): return .close(frame)
            case .failed(let failure): return .failed(failure)
            }
            guard table[slot].phase == .open || table[slot].phase == .closing else { return .ended }
            if let pace, speaker.isOpen, pace.charge(&table[slot].allowanceUsed, now: loop.now) { return .usedPace }
            guard said.bytesUsed < mayUse else { return .usedShare }
        }
    }

    /// Nil: the next frame may be read.
    @inline(__always)
    private func received(
        _ place: PayloadLocation, in bytes: Span<UInt8>, isText: Bool, from speaker: Speaker, _ said: inout Said
    ) -> ReadingEnd? {
        guard speaker.door != .chat else {
            return receivedChat(place, in: bytes, from: speaker, &said) ? nil : .awaitsAnswer
        }
        guard isText || speaker.door != .plain || !speaker.isOpen else {
            said.count(0)
            return .notText
        }
        if let refusal = refusal(of: place, in: bytes, from: speaker) {
            said.count(0)
            return .mayNotPublish(refusal)
        }
        receivedMessage(place, in: bytes, isText: isText, from: speaker, &said)
        return nil
    }

    private func speaker(_ slot: UInt32) -> Speaker {
        let sender = sender(slot)
        let isPlain = table[slot].door == .plain
        return Speaker(
            table[slot], sender, beginning: isPlain ? plainBeginning.of(table[slot].clientID, sender) : [],
            refusal: table[slot].access?.publishRefusal(live), rules: payloadRules(of: slot))
    }

    /// What the namespace of the connection's channel asks of data; nil, as nearly always: nothing.
    private func payloadRules(of slot: UInt32) -> NamespaceOptions? {
        guard live.restrictsData, table[slot].door == .plain || table[slot].door == .relay,
            table[slot].channel != .max
        else { return nil }
        return live.payloadRules(of: hub.name(of: table[slot].channel))
    }

    /// Why this message may not be published; nil: it may.
    @inline(__always)
    private func refusal(of place: PayloadLocation, in bytes: Span<UInt8>, from speaker: Speaker) -> String? {
        guard speaker.refusal != nil || speaker.rules != nil else { return nil }
        return refusalByRules(of: place, in: bytes, from: speaker)
    }

    private func refusalByRules(of place: PayloadLocation, in bytes: Span<UInt8>, from speaker: Speaker) -> String? {
        if let refusal = speaker.refusal { return refusal }
        guard let rules = speaker.rules, speaker.isOpen else { return nil }
        var data: [UInt8] = []
        withPayload(place, in: bytes, of: speaker.sender.slot) { data.append(copying: $0) }
        return rules.payloadProblem(data).map { "publish: " + $0 }
    }

    /// A message that is half here has a deadline of its own (row W3).
    private func watchHalfMessage(_ slot: UInt32) {
        guard table[slot].phase == .open, table[slot].webSocket.isMidMessage else { return }
        if let failure = table[slot].webSocket.checkMessageTime(now: clockMilliseconds, limits: wsLimits) {
            return fail(slot, failure)
        }
        arm(slot)
    }

    private func receivedMessage(
        _ place: PayloadLocation, in bytes: Span<UInt8>, isText: Bool, from speaker: Speaker, _ said: inout Said
    ) {
        guard speaker.isOpen else { return said.count(0) }
        guard speaker.publishes else {
            return withPayload(place, in: bytes, of: speaker.sender.slot) { payload in
                said.count(payload.count)
                sendMessage(payload, isText: isText, to: speaker.sender.slot)
            }
        }
        if !said.takes(texts: isText) { publish(&said, in: bytes, from: speaker) }
        switch place {
        case .input(let place):
            said.count(speaker.beginning.count + place.count)
            said.add(place, isText: isText)
        case .assembled:
            publish(&said, in: bytes, from: speaker)
            let assembled = table[speaker.sender.slot].webSocket.assembled
            said.count(speaker.beginning.count + assembled.count)
            said.add(0..<assembled.count, isText: isText)
            publish(&said, in: assembled.span, from: speaker)
        }
    }

    /// Of what is sent to it; 0: nothing is compressed.
    func windowBits(of slot: UInt32) -> UInt8 { table[slot].webSocket.deflate?.serverMaxWindowBits ?? 0 }

    /// Commands of the protocol door. False: nothing more of the connection is read until their answers are there.
    private func receivedChat(
        _ place: PayloadLocation, in bytes: Span<UInt8>, from speaker: Speaker, _ said: inout Said
    ) -> Bool {
        guard speaker.isOpen, let chat else {
            said.count(0)
            return true
        }
        var frame: [UInt8] = []
        withPayload(place, in: bytes, of: speaker.sender.slot) { frame.append(copying: $0) }
        said.count(frame.count)
        return chat.received(frame, from: speaker.sender.slot) || table[speaker.sender.slot].phase != .open
    }

    /// A message for this connection alone, compressed when it has agreed on that.
    func sendMessage(_ payload: Span<UInt8>, isText: Bool, to slot: UInt32) {
        metrics.messagesOut.add()
        deflaters.beginMessage()
        let windowBits = windowBits(of: slot)
        writer.append(to: slot) {
            deflaters.append(isText ? .text : .binary, payload, windowBits: windowBits, to: &$0)
        }
    }

    /// Publishes what waits in `said`.
    private func publish(_ said: inout Said, in bytes: Span<UInt8>, from speaker: Speaker) {
        guard !said.isEmpty else { return }
        hub.publish(
            Publications(
                beginning: speaker.beginning.span, bytes: bytes, places: said.places.span, areUTF8: said.areTexts),
            on: speaker.channel, from: speaker.sender)
        said.removeAll()
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
