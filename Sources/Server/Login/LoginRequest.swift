// What `POST /auth/login` takes: {"user": "…", "password": "…"} as JSON, and nothing beside it. Only a page of ours, or a program, can send that
// type: a form of another page cannot (RFC 6454, Fetch §2.2.2).

import JSON
import WSProtocol

struct LoginRequest: Sendable {
    /// Bytes of the body; enough for both with every character escaped.
    static let bytesMax = 16 << 10

    let user: [UInt8]
    let password: [UInt8]

    init(_ body: [UInt8]) throws(HTTPRefusal) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(body.span, limits: JSONLimits(depthMax: 1, valueCountMax: 3))
        } catch {
            throw LoginRequest.refusal
        }
        guard case .object(let members) = value, members.count == 2, case .string(let user)? = value["user"],
            case .string(let password)? = value["password"]
        else { throw LoginRequest.refusal }
        self.user = user
        self.password = password
    }

    /// One sentence for all that is wrong, without a byte of what came.
    private static let refusal = HTTPRefusal(
        .badRequest, "Expected a JSON object with the two texts user and password, and nothing else.")

    /// RFC 9110 §8.3.1 — in any case, with parameters or without.
    static func checkType(_ head: RequestHead) throws(HTTPRefusal) {
        let type = head.fields.values(of: .contentType).first ?? ""
        let name = type.utf8.prefix { $0 != UInt8(ascii: ";") && $0 != 0x20 && $0 != 0x09 }
        let lowercase = name.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
        guard lowercase.elementsEqual("application/json".utf8) else {
            throw HTTPRefusal(.unsupportedMediaType, "Send the name and the password as application/json.")
        }
    }
}

extension LoginRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// A password is never printed, nor what somebody typed into the wrong field.
    var description: String { "a login" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: []) }
}
