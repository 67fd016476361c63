// What a JSON text may cost (fault H10). How many bytes it has is bounded where it is received. Both bounds are checked
// while the text is read, before anything is kept because of it.

/// Bounds of one JSON text.
package struct JSONLimits: Equatable, Sendable {
    /// The deepest nesting that a reader can be told to take: one bit of its state for each level.
    package static let depthCeiling = 64

    /// How deep arrays and objects may be nested; more than `depthCeiling` counts as that.
    package var depthMax: Int
    /// How many values the text may hold, all levels together. Names of members do not count.
    package var valueCountMax: Int

    /// Room for a message of a chat; a text of configuration may need more.
    package init(depthMax: Int = 32, valueCountMax: Int = 65_536) {
        self.depthMax = depthMax
        self.valueCountMax = valueCountMax
    }
}
