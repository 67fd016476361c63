// What a home does with channels of the protocol door: their messages are pushes, which each form encodes in its own way.

import ChatProtocol

extension ChannelHome {
    /// Hands a message out that has its place in the channel's order.
    func handOut(_ envelope: Envelope, on name: ChannelName, at position: StreamPosition?) {
        guard let number = numbers[name] else { return }
        handOut(envelope, on: number, at: position)
    }

    /// To other nodes, too; it comes back by `received`.
    func publish(_ payload: Span<UInt8>, named name: ChannelName, from sender: Sender?) {
        guard let number = numbers[name] else { return broker.publish(payload, named: name, from: sender) }
        Publications.one(payload, isUTF8: false) { publish($0, on: number, from: sender) }
    }

    func receivedChat(_ payload: Span<UInt8>, on number: ChannelNumber) {
        var bytes: [UInt8] = []
        bytes.append(copying: payload)
        guard let envelope = Envelope(bytes) else {
            metrics.droppedNotEnvelope.add()
            return
        }
        handOut(envelope, on: number, at: nil)
    }

    private func handOut(_ envelope: Envelope, on number: ChannelNumber, at position: StreamPosition?) {
        let index = Int(number)
        guard isWanted(index), let name = channels[index].chat?.name else { return }
        var message = ChatMessage(envelope, on: name, at: position, delta: delta(of: envelope, index))
        channels[index].append(&message, deflaters)
        noteRun(number)
    }

    /// What differs from the publication before, when that is asked for, somebody takes it, and it is the shorter one.
    private func delta(of envelope: Envelope, _ index: Int) -> [UInt8]? {
        guard case .publication(let publication) = envelope else { return nil }
        guard channels[index].forms.contains(where: \.form.takesDeltas) else {
            channels[index].chat?.lastData = nil
            return nil
        }
        let last = channels[index].chat?.lastData
        channels[index].chat?.lastData = publication.data
        guard publication.isDelta, let last else { return nil }
        let delta = FossilDelta.make(from: last, to: publication.data, isText: publication.isJSON)
        return delta.count < publication.data.count ? delta : nil
    }

    /// Whether one more join or leave may be told in this second: in a room of thousands each goes to all of them. 0: all may.
    func mayAnnounce(on name: ChannelName, perSecond: Int, second: UInt64) -> Bool {
        guard perSecond > 0, let number = numbers[name], var chat = channels[Int(number)].chat else { return true }
        if chat.second != second {
            chat.second = second
            chat.joinsInSecond = 0
        }
        chat.joinsInSecond += 1
        channels[Int(number)].chat = chat
        if chat.joinsInSecond > perSecond { metrics.droppedJoins.add() }
        return chat.joinsInSecond <= perSecond
    }

    // MARK: Confirmed

    /// Calls when publications of the channel arrive; with false when nobody wants it any more, or when it takes too long.
    func whenConfirmed(_ name: ChannelName, _ resume: @escaping (Bool) -> Void) {
        guard let number = numbers[name] else { return resume(false) }
        if channels[Int(number)].isConfirmed { return resume(true) }
        waiting[number, default: []].append(resume)
    }

    func giveUpWaiting(_ number: ChannelNumber) {
        guard let list = waiting.removeValue(forKey: number) else { return }
        for resume in list { resume(false) }
    }

    /// Called once a second: who has waited for some seconds is told that the broker does not answer.
    func giveUpLongWaiting() {
        guard !waiting.isEmpty else {
            waitingSeconds = 0
            return
        }
        waitingSeconds += 1
        guard waitingSeconds >= ChannelHome.patienceSeconds else { return }
        waitingSeconds = 0
        for number in Array(waiting.keys) { giveUpWaiting(number) }
    }

    /// SDKs give up a subscribe command after five.
    private static let patienceSeconds = 3
}
