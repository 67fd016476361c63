// One message of a channel of the protocol door, on its way into the forms that somebody wants: encoded once for each codec, however many
// forms share it.

import ChatProtocol
import JSON

/// What a home keeps of such a channel beside its stream.
struct ChatChannel {
    /// As clients call it.
    let name: String
    /// The data of the last publication, which differences are made from. Kept only while somebody takes them.
    var lastData: [UInt8]?
    /// Joins and leaves told in this second, for their cap.
    var second: UInt64 = 0
    var joinsInSecond = 0
}

struct ChatMessage {
    private let channel: String
    private let content: Envelope
    private let position: StreamPosition?
    /// What differs from the publication before.
    private let delta: [UInt8]?
    /// Two or three, seldom more.
    private var encoded: [(payload: WireForm.Payload, variant: Variant, bytes: [UInt8])] = []

    private enum Variant { case whole, difference, wholeForDifferences }

    /// `position`: nil without a stream. `delta`: nil when subscribers that take differences get it in full.
    init(_ content: Envelope, on channel: String, at position: StreamPosition?, delta: [UInt8]?) {
        self.content = content
        self.channel = channel
        self.position = position
        self.delta = delta
    }

    var isPublication: Bool {
        if case .publication = content { true } else { false }
    }

    var offset: UInt64 { isPublication ? position?.offset ?? 0 : 0 }
    var epoch: String { position?.epoch ?? "" }

    var tags: [(key: String, value: String)] {
        if case .publication(let publication) = content { publication.tags } else { [] }
    }

    func hasDelta(for form: WireForm) -> Bool { form.takesDeltas && delta != nil }

    /// The push; nil: it cannot be said in this form. `inFull`: for subscribers that take differences, but not of this one.
    mutating func bytes(for form: WireForm, inFull: Bool) -> [UInt8]? {
        let variant: Variant =
            !form.takesDeltas || !isPublication ? .whole : inFull || delta == nil ? .wholeForDifferences : .difference
        for one in encoded where one.payload == form.payload && one.variant == variant { return one.bytes }
        guard let bytes = encode(form.payload, variant) else { return nil }
        encoded.append((form.payload, variant, bytes))
        return bytes
    }

    /// Room for the channel's name and who published.
    private static let aroundData = 192

    private var dataCount: Int {
        if case .publication(let publication) = content { publication.data.count } else { 0 }
    }

    private func encode(_ payload: WireForm.Payload, _ variant: Variant) -> [UInt8]? {
        let encoding = payload == .chatProtobuf ? ChatEncoding.protobuf : .json
        let push: Push
        switch content {
        case .join(let info): push = Push(channel: channel, .join(info))
        case .leave(let info): push = Push(channel: channel, .leave(info))
        case .publication(var publication):
            guard publication.isJSON || encoding == .protobuf else { return nil }
            publication.offset = offset
            publication.isDelta = variant == .difference
            if variant == .difference, let delta { publication.data = delta }
            if variant != .whole, encoding == .json { publication.data = ChatMessage.quoted(publication.data) }
            push = Push(channel: channel, .publication(publication))
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(ChatMessage.aroundData + dataCount)
        encoding.append(ServerMessage.push(push), to: &bytes)
        return bytes
    }

    /// For subscribers that take differences data is a JSON string in JSON: the payload's text, or the difference.
    static func quoted(_ data: [UInt8]) -> [UInt8] {
        var writer = JSONWriter()
        writer.string(utf8: data.span)
        return writer.bytes
    }
}
