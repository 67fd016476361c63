/// Who is behind a connection, as others see it: in presence, joins, leaves and publications.
package struct ClientInfo: WritableMessage, Equatable, Sendable {
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

    package func write(to writer: inout some MessageWriter) {
        writer.string(Field("user", 1), user, always: true)
        writer.string(Field("client", 2), client, always: true)
        writer.raw(Field("conn_info", 3), connectionInfo)
        writer.raw(Field("chan_info", 4), channelInfo)
    }
}
