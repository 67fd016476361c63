// Which channels there are and what they are for: `without_namespace`, `namespaces` and `channel_naming` of the configuration file.

/// Immutable once it is read; all doors of a node share it.
struct ChannelSettings: Equatable, Sendable {
    struct Namespace: Equatable, Sendable {
        let name: String
        var options: NamespaceOptions
    }

    var withoutNamespace = NamespaceOptions()
    /// Their names differ.
    var namespaces: [Namespace] = []
    var naming = ChannelNaming()

    /// The members of `channel_naming`.
    static let namingKeys: [(name: String, path: any WritableKeyPath<ChannelNaming, String> & Sendable)] = [
        ("private_prefix", \.privatePrefix), ("namespace_boundary", \.namespaceBoundary),
        ("user_boundary", \.userBoundary), ("user_separator", \.userSeparator),
    ]

    /// The options of all channels.
    var all: [NamespaceOptions] { [withoutNamespace] + namespaces.map(\.options) }

    /// What decides who may do what.
    var rights: Rights {
        Rights(
            withoutNamespace: withoutNamespace, namespaces: namespaces.map { ($0.name, $0.options) }, naming: naming)
    }

    /// A namespace's name: two or more of these (client protocol, names).
    static func isNamespaceName(_ name: String) -> Bool {
        name.utf8.count >= 2 && name.utf8.count <= Rights.nameBytesMax
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }
}
