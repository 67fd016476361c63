// Where the bytes of an event are: still in the caller's input, which costs no copy, or put together by the decoder.

package enum BytesLocation: Equatable, Sendable {
    /// In the input just handed in; valid as long as that input is.
    case input(Range<Int>)
    /// Arrived in pieces: read them from the decoder's `assembled…` before the next call.
    case assembled
}
