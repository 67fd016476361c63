// What a JSON text may cost (fault H10).

/// Bounds of one JSON text.
package struct JSONLimits: Equatable, Sendable {
    /// How deep arrays and objects may be nested.
    package var depthMax: Int
    /// How many values the text may hold, all levels together.
    package var valueCountMax: Int

    package init(depthMax: Int = 32, valueCountMax: Int = 65_536) {
        self.depthMax = depthMax
        self.valueCountMax = valueCountMax
    }
}
