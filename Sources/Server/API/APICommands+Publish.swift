// publish and broadcast: one message, one channel or many.

import ChatProtocol

extension APICommands {
    func publish(_ request: APIObject, _ done: @escaping (APIReply) -> Void) throws(ReplyError) {
        let channel = try request.neededString("channel")
        let publication = try publication(request, for: channel)
        rooms.publish(publication) { done($0.map(APIResult.position)) }
    }

    /// A channel that refuses does not keep the others from getting it; each has its answer in its place.
    func broadcast(_ request: APIObject, _ done: @escaping (APIReply) -> Void) throws(ReplyError) {
        let channels = try request.strings("channels") ?? []
        guard !channels.isEmpty else { throw .badMember(place: request.path(to: "channels"), "is missing or empty") }
        let publication = try publication(request, for: "")
        let (bytes, isTooMuch) = publication.data.count.multipliedReportingOverflow(by: channels.count)
        guard !isTooMuch, bytes <= APILimits.broadcastBytesMax else {
            let most = APILimits.broadcastBytesMax
            throw .badMember(
                place: request.path(to: "channels"),
                "times the bytes of the data is more than \(most); send several broadcasts")
        }
        let replies = APIReplies(count: channels.count) { replies in
            let responses = replies.map { APIResult.wrapped($0, as: "result") }
            done(.success(APIResult.list(responses, as: "responses")))
        }
        for (index, channel) in channels.enumerated() {
            guard !channel.isEmpty else {
                let place = "\(request.path(to: "channels"))[\(index)]"
                replies.set(index, .failure(.badMember(place: place, "is empty")))
                continue
            }
            var copy = publication
            copy.channel = channel
            rooms.publish(copy) { replies.set(index, $0.map(APIResult.position)) }
        }
    }

    private func publication(_ request: APIObject, for channel: String) throws(ReplyError) -> RoomPublication {
        guard let data = try request.payload("data", orBase64: "b64data") else {
            throw .badMember(place: request.path(to: "data"), "is missing")
        }
        var publication = RoomPublication(channel: channel, data: data.bytes, isJSON: data.isJSON)
        publication.tags = try request.map("tags")
        publication.skipsHistory = try request.boolean("skip_history") ?? false
        publication.wantsDelta = try request.boolean("delta") ?? false
        let key = Array((try request.string("idempotency_key") ?? "").utf8)
        guard key.count <= APILimits.idempotencyKeyBytesMax else {
            throw .badMember(
                place: request.path(to: "idempotency_key"), "is longer than \(APILimits.idempotencyKeyBytesMax) bytes")
        }
        publication.idempotencyKey = key
        _ = try request.string("version_epoch")
        // Taken and overlooked, an old state would go over a new one.
        guard try request.unsigned("version") ?? 0 == 0 else {
            throw ReplyError(
                ReplyError.notAvailable.code,
                "not available: \(request.path(to: "version")): publications have no versions here")
        }
        return publication
    }
}

/// Replies that come in any order, kept in theirs. Calls back once, with the last of them.
final class APIReplies {
    private var replies: [APIReply?]
    private var missing: Int
    private let whole: ([APIReply]) -> Void

    /// `count` is at least 1.
    init(count: Int, _ whole: @escaping ([APIReply]) -> Void) {
        replies = Array(repeating: nil, count: count)
        missing = count
        self.whole = whole
    }

    func set(_ index: Int, _ reply: APIReply) {
        guard replies[index] == nil else { return }
        replies[index] = reply
        missing -= 1
        if missing == 0 { whole(replies.compactMap { $0 }) }
    }
}
