/// Why a connection is closed (RFC 6455 §7.4 and the IANA registry).
package struct CloseCode: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let normal = CloseCode(rawValue: 1000)
    package static let goingAway = CloseCode(rawValue: 1001)
    package static let protocolError = CloseCode(rawValue: 1002)
    package static let unsupportedData = CloseCode(rawValue: 1003)
    /// Never on the wire: stands for a Close frame without a code (§7.1.5).
    package static let noStatus = CloseCode(rawValue: 1005)
    /// Never on the wire: stands for a connection that ended without a Close frame (§7.1.5).
    package static let abnormal = CloseCode(rawValue: 1006)
    package static let invalidPayload = CloseCode(rawValue: 1007)
    package static let policyViolation = CloseCode(rawValue: 1008)
    package static let messageTooBig = CloseCode(rawValue: 1009)
    package static let mandatoryExtension = CloseCode(rawValue: 1010)
    package static let internalError = CloseCode(rawValue: 1011)
    package static let serviceRestart = CloseCode(rawValue: 1012)
    package static let tryAgainLater = CloseCode(rawValue: 1013)
    package static let badGateway = CloseCode(rawValue: 1014)
    /// Ours: the peer reads too slowly.
    package static let slow = CloseCode(rawValue: 3008)

    /// Whether a Close frame may carry the code (§7.4.1, §7.4.2): 1000–1003, 1007–1014, 3000–4999.
    package var mayBeSent: Bool {
        switch rawValue {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }

    package var description: String { String(rawValue) }
}
