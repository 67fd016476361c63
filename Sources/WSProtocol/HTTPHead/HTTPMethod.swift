// Methods are tokens, compared with regard to case (RFC 9110 §9.1): "get" is none of these. A method that is known need not
// be served; the router answers such a request with 405.

/// The request methods this server knows (RFC 9110 §9.3). Any other token is answered with 501.
package enum HTTPMethod: String, Sendable, CaseIterable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
    case options = "OPTIONS"

    /// The length of a method nobody may exceed while its request line is read.
    static let byteCountMax = 32

    /// The method whose name `bytes[token]` is, in this case only.
    init?(_ bytes: Span<UInt8>, _ token: Range<Int>) {
        let name = bytes.extracting(token)
        // Nearly every request is one.
        if name.equals("GET") {
            self = .get
            return
        }
        self.init(rawValue: String(copying: name))
    }
}
