// What a server's error reply means for us. Redis begins each with a class in capitals; every class has exactly one mapped
// action (row R12), so that nobody decides by the words of a message.

package struct ServerError: Error, Equatable, Sendable {
    /// The first word: the class.
    package enum Class: Equatable, Sendable {
        /// The data set is being read from disk.
        case loading
        /// A script blocks the server.
        case busy
        /// Memory is at its limit.
        case outOfMemory
        /// Writing is stopped because saving to disk fails.
        case misconfigured
        /// Too few replicas are connected.
        case noReplicas
        /// We speak to a replica.
        case readOnly
        /// We speak to a replica that has lost its master.
        case masterDown
        case noAuthentication
        case wrongPassword
        case noPermission
        /// The protocol version is not known there.
        case noProtocol
        case unknownCommand
        case tooManyClients
        /// Protected mode: no password is set, and we come from another machine.
        case denied
        /// Answers of a cluster, which this client does not follow.
        case clusterRedirection
        case noScript
        case other
    }

    /// What the owner of the link does.
    package enum Action: Equatable, Sendable {
        /// Only this command failed: its sender is told.
        case refuse
        /// The server cannot serve us as it is: its sender is told, the link is closed and dialed anew, the name resolved again.
        case redial
    }

    package let errorClass: Class
    /// As the server wrote it, for people; at most 200 bytes, control characters replaced, and without the arguments of an
    /// unknown command, which may hold a password or a payload.
    package let text: String

    package init(_ bytes: [UInt8]) {
        errorClass = ServerError.classify(bytes)
        let shown = errorClass == .unknownCommand ? bytes.prefix { $0 != UInt8(ascii: ",") } : bytes[...]
        text = String(
            decoding: shown.prefix(200).map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: "?") : $0 }, as: UTF8.self)
    }

    package var action: Action {
        switch errorClass {
        case .loading, .readOnly, .masterDown, .noAuthentication, .wrongPassword, .tooManyClients, .denied,
            .noProtocol, .clusterRedirection:
            .redial
        case .busy, .outOfMemory, .misconfigured, .noReplicas, .noPermission, .unknownCommand, .noScript, .other:
            .refuse
        }
    }

    private static func classify(_ bytes: [UInt8]) -> Class {
        let word = String(decoding: bytes.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self)
        switch word {
        case "LOADING": return .loading
        case "BUSY": return .busy
        case "OOM": return .outOfMemory
        case "MISCONF": return .misconfigured
        case "NOREPLICAS": return .noReplicas
        case "READONLY": return .readOnly
        case "MASTERDOWN": return .masterDown
        case "NOAUTH": return .noAuthentication
        case "WRONGPASS": return .wrongPassword
        case "NOPERM": return .noPermission
        case "NOPROTO": return .noProtocol
        case "DENIED": return .denied
        case "NOSCRIPT": return .noScript
        case "MOVED", "ASK", "CLUSTERDOWN", "TRYAGAIN", "CROSSSLOT": return .clusterRedirection
        default: break
        }
        // Older servers say these with the class ERR.
        let text = String(decoding: bytes.prefix(200), as: UTF8.self)
        if text.hasPrefix("ERR unknown command") { return .unknownCommand }
        if text.hasPrefix("ERR max number of clients") { return .tooManyClients }
        if text.hasPrefix("ERR invalid password") || text.hasPrefix("ERR AUTH") { return .wrongPassword }
        if text.hasPrefix("ERR Client sent AUTH, but no password is set") { return .wrongPassword }
        if text.hasPrefix("ERR operation not permitted") { return .noAuthentication }
        return .other
    }
}
