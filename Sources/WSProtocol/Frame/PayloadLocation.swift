/// Where the payload of an event stands.
package enum PayloadLocation: Hashable, Sendable {
    /// In the input that was passed to `nextEvent`, already unmasked.
    case input(Range<Int>)
    /// In `WSConnection.assembled`, until the next call of `nextEvent`.
    case assembled
}
