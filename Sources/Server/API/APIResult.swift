// What calls answer, as JSON: zero values are left out but where a client would fail without them, and never `null`. What is no JSON
// (a payload of a client that speaks Protobuf) stands as Base64 under the name with `b64` before it.

import ChatProtocol
import Digest
import JSON

enum APIResult {
    static let empty: [UInt8] = Array("{}".utf8)

    static func object(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        body(&writer)
        writer.endObject()
        return writer.bytes
    }

    /// Of publish. Without history there is no place.
    static func position(_ position: StreamPosition?) -> [UInt8] {
        object { writer in
            guard let position else { return }
            if position.offset > 0 {
                writer.name("offset")
                writer.unsignedInteger(position.offset)
            }
            if !position.epoch.isEmpty { writer.member("epoch", position.epoch) }
        }
    }

    static func presence(_ clients: [(key: String, value: ClientInfo)]) -> [UInt8] {
        object { writer in
            writer.name("presence")
            writer.beginObject()
            for (client, info) in clients {
                writer.name(client)
                append(info, to: &writer)
            }
            writer.endObject()
        }
    }

    static func statistics(_ statistics: PresenceStatisticsResult) -> [UInt8] {
        var bytes: [UInt8] = []
        JSONMessageWriter.append(statistics, to: &bytes)
        return bytes
    }

    static func history(_ history: HistoryResult) -> [UInt8] {
        object { writer in
            writer.name("publications")
            writer.beginArray()
            for publication in history.publications { append(publication, to: &writer) }
            writer.endArray()
            writer.member("epoch", history.position.epoch)
            writer.name("offset")
            writer.unsignedInteger(history.position.offset)
        }
    }

    static func channels(_ channels: [(name: String, clients: Int)]) -> [UInt8] {
        object { writer in
            writer.name("channels")
            writer.beginObject()
            for channel in channels {
                writer.name(channel.name)
                writer.beginObject()
                writer.member("num_clients", channel.clients)
                writer.endObject()
            }
            writer.endObject()
        }
    }

    static func info(_ node: APINode, _ statistics: RoomStatistics) -> [UInt8] {
        object { writer in
            writer.name("nodes")
            writer.beginArray()
            writer.beginObject()
            writer.member("uid", node.identifier)
            writer.member("name", node.name)
            writer.member("version", node.version)
            writer.member("num_clients", statistics.clients)
            writer.member("num_users", statistics.users)
            writer.member("num_channels", statistics.channels)
            writer.member("num_subs", statistics.subscriptions)
            writer.member("uptime", node.uptimeSeconds)
            writer.endObject()
            writer.endArray()
        }
    }

    /// `{"code": …, "message": …}`.
    static func error(_ error: ReplyError) -> [UInt8] {
        object { writer in
            writer.member("code", Int(error.code))
            writer.member("message", error.message)
        }
    }

    /// `{"NAME": RESULT}` or `{"error": …}`.
    static func wrapped(_ reply: APIReply, as name: String) -> [UInt8] {
        object { writer in
            switch reply {
            case .success(let result):
                writer.name(name)
                writer.raw(result.span)
            case .failure(let failure):
                let error = error(failure)
                writer.name("error")
                writer.raw(error.span)
            }
        }
    }

    /// `{"NAME": [OBJECTS]}`.
    static func list(_ objects: [[UInt8]], as name: String) -> [UInt8] {
        object { writer in
            writer.name(name)
            writer.beginArray()
            for object in objects { writer.raw(object.span) }
            writer.endArray()
        }
    }

    // MARK: Pieces

    private static func append(_ publication: Publication, to writer: inout JSONWriter) {
        writer.beginObject()
        append(publication.data, isJSON: publication.isJSON, as: "data", "b64data", to: &writer)
        if let info = publication.info {
            writer.name("info")
            append(info, to: &writer)
        }
        if publication.offset > 0 {
            writer.name("offset")
            writer.unsignedInteger(publication.offset)
        }
        if !publication.tags.isEmpty {
            writer.name("tags")
            writer.beginObject()
            for (name, value) in publication.tags { writer.member(name, value) }
            writer.endObject()
        }
        writer.endObject()
    }

    private static func append(_ info: ClientInfo, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("user", info.user)
        writer.member("client", info.client)
        for (payload, name, encodedName) in [
            (info.connectionInfo, "conn_info", "b64conn_info"), (info.channelInfo, "chan_info", "b64chan_info"),
        ] {
            append(payload, isJSON: PayloadText.isJSON(payload), as: name, encodedName, to: &writer)
        }
        writer.endObject()
    }

    private static func append(
        _ payload: [UInt8], isJSON: Bool, as name: String, _ encodedName: String, to writer: inout JSONWriter
    ) {
        guard !payload.isEmpty else { return }
        if isJSON {
            writer.name(name)
            writer.raw(payload.span)
        } else {
            let text = Base64.encode(payload.span)
            writer.name(encodedName)
            writer.string(utf8: text.span)
        }
    }
}
