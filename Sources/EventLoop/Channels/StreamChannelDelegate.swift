/// The owner of a stream channel. Called on the loop's thread, never from inside the owner's own call to the channel; the
/// owner may close the channel in any of these, after which none comes any more.
package protocol StreamChannelDelegate: AnyObject {
    /// The connection stands. What was appended before leaves at the end of this turn.
    func connected(_ channel: StreamChannel)
    /// `bytes` came. They may be changed in place and are gone on return.
    func received(_ bytes: inout MutableSpan<UInt8>, on channel: StreamChannel)
    /// The channel is over: comes once, except after `close()`.
    func ended(_ channel: StreamChannel, _ reason: StreamEnd)
    /// The queue is empty after the kernel had not taken everything at once.
    func writableAgain(_ channel: StreamChannel)
    /// The instant given to `setDeadline` has come.
    func deadlineReached(_ channel: StreamChannel)
}

extension StreamChannelDelegate {
    package func connected(_ channel: StreamChannel) {}
    package func writableAgain(_ channel: StreamChannel) {}
    package func deadlineReached(_ channel: StreamChannel) {}
}
