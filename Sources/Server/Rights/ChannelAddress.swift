// What a channel's name says: its namespace, whether it is private, whom it belongs to. The name itself stays one string of bytes: `$news` and
// `news` are two channels.

/// The characters that mean something in a name.
package struct ChannelNaming: Equatable, Sendable {
    /// Begins the name of a channel that needs a token.
    package var privatePrefix = "$"
    /// Ends the namespace.
    package var namespaceBoundary = ":"
    /// Begins the list of the users who may subscribe.
    package var userBoundary = "#"
    /// Stands between them.
    package var userSeparator = ","

    package init() {}
}

package struct ChannelAddress: Equatable, Sendable {
    /// As the client has written it.
    package let name: String
    package let isPrivate: Bool
    /// Nil: the options are those of channels without a namespace.
    package let namespace: String?
    /// Behind the namespace; all but the private prefix where there is none.
    package let rest: String
    /// The users who may subscribe; nil: the name says nothing of users.
    package let users: [String]?

    package init(_ name: String, _ naming: ChannelNaming = ChannelNaming()) {
        self.name = name
        let bytes = Array(name.utf8)
        let prefix = Array(naming.privatePrefix.utf8)
        isPrivate = !prefix.isEmpty && bytes.starts(with: prefix)
        let open = bytes.dropFirst(isPrivate ? prefix.count : 0)
        if let border = ChannelAddress.first(naming.namespaceBoundary, in: open) {
            namespace = String(decoding: open[..<border.lowerBound], as: UTF8.self)
            rest = String(decoding: open[border.upperBound...], as: UTF8.self)
        } else {
            namespace = nil
            rest = String(decoding: open, as: UTF8.self)
        }
        users = ChannelAddress.last(naming.userBoundary, in: bytes[...]).map { border in
            ChannelAddress.split(bytes[border.upperBound...], naming.userSeparator)
        }
    }

    private static func first(_ text: String, in bytes: ArraySlice<UInt8>) -> Range<Int>? {
        let text = Array(text.utf8)
        guard !text.isEmpty, bytes.count >= text.count else { return nil }
        for start in bytes.startIndex...bytes.endIndex - text.count where bytes[start...].starts(with: text) {
            return start..<start + text.count
        }
        return nil
    }

    private static func last(_ text: String, in bytes: ArraySlice<UInt8>) -> Range<Int>? {
        var found: Range<Int>?
        var rest = bytes
        while let next = first(text, in: rest) {
            found = next
            rest = rest[next.upperBound...]
        }
        return found
    }

    private static func split(_ bytes: ArraySlice<UInt8>, _ separator: String) -> [String] {
        var parts: [String] = []
        var rest = bytes
        while let border = first(separator, in: rest) {
            parts.append(String(decoding: rest[..<border.lowerBound], as: UTF8.self))
            rest = rest[border.upperBound...]
        }
        return parts + [String(decoding: rest, as: UTF8.self)]
    }
}
