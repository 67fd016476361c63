/// Why a stream channel has ended.
package enum StreamEnd: Error, Hashable, Sendable, CustomStringConvertible {
    /// No address could be connected to; the error of the last one tried.
    case connectFailed(SystemError)
    /// No address answered in time.
    case connectTimedOut(SocketAddress)
    /// The peer closed it. What it had sent before was delivered.
    case endOfStream
    /// The kernel ended it; `isPeerGone` of the error tells the everyday reasons (a reset) from the others.
    case failed(SystemError)
    /// `closeAfterFlush` has done what it says.
    case closedAfterFlush
    /// The peer did not read what `closeAfterFlush` wanted to send in its time.
    case flushTimedOut(unsentBytes: Int)

    package var description: String {
        switch self {
        case .connectFailed(let error), .failed(let error): error.description
        case .connectTimedOut(let address): "connect to \(address): no answer in time"
        case .endOfStream: "the peer closed the connection"
        case .closedAfterFlush: "closed"
        case .flushTimedOut(let bytes): "the peer did not read the last \(bytes) bytes in time"
        }
    }
}
