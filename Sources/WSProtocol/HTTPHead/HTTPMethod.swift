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

    init?(_ token: ArraySlice<UInt8>) {
        guard let method = HTTPMethod.allCases.first(where: { $0.rawValue.utf8.elementsEqual(token) }) else {
            return nil
        }
        self = method
    }
}
