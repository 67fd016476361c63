/// An address someone wrote is not one: what was written, and what is expected instead.
package struct AddressError: Error, Hashable, CustomStringConvertible {
    package let text: String
    package let expected: String

    init(_ text: String, _ expected: String) {
        self.text = text
        self.expected = expected
    }

    package var description: String { "'\(text)' is not an address: \(expected)" }
}
