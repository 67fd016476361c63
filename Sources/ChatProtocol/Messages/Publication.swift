/// A message of a channel.
package struct Publication: WritableMessage, ReadableMessage, Sendable {
    /// As the publisher sent it.
    package var data: [UInt8]
    /// The data is one JSON value, on one line: clients that speak JSON can be told. Not on the wire.
    package var isJSON = false
    /// Only of what a client published.
    package var info: ClientInfo?
    /// Its place in the channel's stream; 0 without history.
    package var offset: UInt64
    package var tags: [(key: String, value: String)]
    /// `data` is the difference to the publication before.
    package var isDelta: Bool

    package init(
        data: [UInt8], info: ClientInfo? = nil, offset: UInt64 = 0, tags: [(key: String, value: String)] = [],
        isDelta: Bool = false
    ) {
        self.data = data
        self.info = info
        self.offset = offset
        self.tags = tags
        self.isDelta = isDelta
    }

    package init() { self.init(data: []) }

    package static let fields = [
        Field("data", 4), Field("info", 5), Field("offset", 6), Field("tags", 7), Field("delta", 8),
    ]

    package mutating func read(_ number: Int, from reader: inout some MessageReader) throws(MessageError) {
        switch number {
        case 4: data = try reader.raw()
        case 5: info = try reader.message(ClientInfo.self)
        case 6: offset = try reader.unsigned()
        case 7: try reader.map(&tags)
        default: isDelta = try reader.boolean()
        }
    }

    package func write(to writer: inout some MessageWriter) {
        writer.raw(Field("data", 4), data)
        writer.message(Field("info", 5), info)
        writer.unsigned(Field("offset", 6), offset)
        writer.map(Field("tags", 7), tags)
        writer.boolean(Field("delta", 8), isDelta)
    }
}
