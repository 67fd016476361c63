// The one error of the test kit: a sentence for the person who reads a red run.
import Glibc

package struct KitError: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }

    /// `operation` failed with this errno.
    package static func system(_ operation: String, errno code: Int32) -> KitError {
        KitError("\(operation): \(String(cString: strerror(code)))")
    }
}
