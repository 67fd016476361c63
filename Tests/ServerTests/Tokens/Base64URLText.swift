import Foundation

/// By Foundation, not by ours.
enum Base64URLText {
    static func of(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
