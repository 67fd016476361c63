/// A loop's wish for the publications of a channel in one wire form, and where they are to go there.
struct ChannelInterest: Equatable, Sendable {
    let worker: UInt16
    /// The number of the channel in that loop's hub.
    let channel: UInt32
    let form: WireForm
}
