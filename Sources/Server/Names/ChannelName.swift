// The name of a channel: bytes, compared as bytes. Swift's String compares by canonical equivalence, so two names that only
// look alike (NFC and NFD of one word) would meet in one channel and share each other's rights (row P13).

/// A channel's name as it stands on the wire. Its hash is keyed per process: peers choose names.
package struct ChannelName: Hashable, Sendable, CustomStringConvertible {
    package let bytes: [UInt8]

    package init(_ bytes: [UInt8]) { self.bytes = bytes }
    package init(_ text: String) { bytes = Array(text.utf8) }

    package var description: String { String(decoding: bytes, as: UTF8.self) }

    /// What stands behind `prefix`; nil: the name does not begin so.
    func suffix(behind prefix: ChannelName) -> String? {
        guard bytes.starts(with: prefix.bytes) else { return nil }
        return String(decoding: bytes[prefix.bytes.count...], as: UTF8.self)
    }

    package func hasPrefix(_ prefix: String) -> Bool { bytes.starts(with: prefix.utf8) }
}

/// The place of a channel in its home loop's table: an index, looked up by name once and valid until the channel is given up.
package typealias ChannelNumber = UInt32
