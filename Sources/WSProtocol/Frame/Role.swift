/// Which end of a connection we are. A server refuses unmasked frames, a client masked ones (RFC 6455 §5.1).
package enum Role: UInt8, Sendable {
    case server
    case client
}
