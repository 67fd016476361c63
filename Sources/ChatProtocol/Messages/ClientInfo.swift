/// Who is behind a connection, as others see it: in presence, joins, leaves and publications.
package struct ClientInfo: WritableMessage, ReadableMessage, Equatable, Sendable {
    /// Empty: anonymous.
    package var user: String
    /// The connection's id.
    package var client: String
    /// From the connection's token. Empty: none.
    package var connectionInfo: [UInt8]
    /// From the subscription's token. Empty: none.
    package var channelInfo: [UInt8]

    package init(user: String, client: String, connectionInfo: [UInt8] = [], channelInfo: [UInt8] = []) {
        self.user = user
        self.client = client
        self.connectionInfo = connectionInfo
        self.channelInfo = channelInfo
    }

    package init() { self.init(user: "", client: "") }

    package static let fields = [Field("user", 1), Field("client", 2), Field("conn_info", 3), Field("chan_info", 4)]

    package mutating func read(_ number: Int, from reader: inout some MessageReader) throws(MessageError) {
        switch number {
        case 1: user = try reader.string()
        case 2: client = try reader.string()
        case 3: connectionInfo = try reader.raw()
        default: channelInfo = try reader.raw()
        }
    }

    package func write(to writer: inout some MessageWriter) {
        writer.string(Field("user", 1), user, always: true)
        writer.string(Field("client", 2), client, always: true)
        writer.foreign(Field("conn_info", 3), connectionInfo)
        writer.foreign(Field("chan_info", 4), channelInfo)
    }
}
