// What a server tells about itself when it is greeted.

/// Who answered the greeting.
package struct Welcome: Equatable, Sendable {
    /// 2 or 3.
    package var protocolVersion: Int
    /// As the server tells it; nil in RESP2.
    package var serverVersion: String?
    package var role: String?
}
