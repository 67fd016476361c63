/// Why a name has no addresses for us.
package enum ResolveFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// It cannot be a host's name.
    case notAName(String)
    /// The servers say that it does not exist, or has no address.
    case noSuchName(String)
    /// No server answered in time. Worth another try.
    case noAnswer(String)
    /// The servers answered with an error; the last code (RFC 1035 §4.1.1: 2 server failure, 5 refused).
    case refused(String, code: UInt8)
    /// Too many names are being resolved.
    case busy(String)
    /// The resolver could not start.
    case unavailable(SystemError)

    package var description: String {
        switch self {
        case .notAName(let host): "'\(host)' is not a host name"
        case .noSuchName(let host): "resolve \(host): no such name"
        case .noAnswer(let host): "resolve \(host): no answer from the name servers"
        case .refused(let host, let code): "resolve \(host): the name server answered with error \(code)"
        case .busy(let host): "resolve \(host): too many names are being resolved"
        case .unavailable(let error): error.description
        }
    }
}
