// The grammar of Sec-WebSocket-Extensions (RFC 6455 §9.1), in requests and answers alike:
//
//   extension-list  = 1#extension              (elements between commas, empty ones ignored; several fields are one list)
//   extension       = token *( ";" extension-param )
//   extension-param = token [ "=" ( token | quoted-string ) ]
//
// Any other text is malformed as a whole, and the connection fails (§9.1). One reading is wider than the grammar: an empty value
// (`x=`, `x=""`) is read as such, so that it spoils the one element it stands in and not its neighbours.

/// One element of the list: an extension with the parameters that are offered or agreed on.
package struct ExtensionElement: Hashable, Sendable {
    /// The name as it was sent.
    package let name: String
    package var parameters: [Parameter] = []

    package struct Parameter: Hashable, Sendable {
        package let name: String
        /// Nil without "="; a quoted value without its quotes.
        package let value: String?
    }
}

package enum ExtensionList {
    /// The elements of all fields in order; nil when a field is malformed.
    package static func parse(_ fields: [String]) -> [ExtensionElement]? {
        var elements: [ExtensionElement] = []
        for field in fields {
            var reader = Reader(bytes: Array(field.utf8))
            guard reader.appendElements(to: &elements) else { return nil }
        }
        return elements
    }

    /// Walks one field value once, from left to right.
    private struct Reader {
        let bytes: [UInt8]
        var index = 0

        mutating func appendElements(to elements: inout [ExtensionElement]) -> Bool {
            while true {
                skipSpace()
                if take(UInt8(ascii: ",")) { continue }
                guard index < bytes.count else { return true }
                guard let element = element() else { return false }
                elements.append(element)
                guard index == bytes.count || take(UInt8(ascii: ",")) else { return false }
            }
        }

        private mutating func element() -> ExtensionElement? {
            let name = token()
            guard !name.isEmpty else { return nil }
            var element = ExtensionElement(name: name)
            skipSpace()
            while take(UInt8(ascii: ";")) {
                skipSpace()
                guard let parameter = parameter() else { return nil }
                element.parameters.append(parameter)
                skipSpace()
            }
            return element
        }

        private mutating func parameter() -> ExtensionElement.Parameter? {
            let name = token()
            guard !name.isEmpty else { return nil }
            skipSpace()
            guard take(UInt8(ascii: "=")) else { return ExtensionElement.Parameter(name: name, value: nil) }
            skipSpace()
            guard take(UInt8(ascii: "\"")) else { return ExtensionElement.Parameter(name: name, value: token()) }
            guard let value = restOfQuotedString() else { return nil }
            return ExtensionElement.Parameter(name: name, value: value)
        }

        /// RFC 9110 §5.6.2; empty when none stands here.
        private mutating func token() -> String {
            let start = index
            while index < bytes.count, ByteClass.isToken(bytes[index]) { index += 1 }
            return String(decoding: bytes[start..<index], as: UTF8.self)
        }

        /// RFC 9110 §5.6.4, behind the opening quote. RFC 6455 §9.1 — unescaped it must be a token.
        private mutating func restOfQuotedString() -> String? {
            var value: [UInt8] = []
            while index < bytes.count {
                var byte = bytes[index]
                index += 1
                if byte == UInt8(ascii: "\"") { return String(decoding: value, as: UTF8.self) }
                if byte == UInt8(ascii: "\\") {
                    guard index < bytes.count else { return nil }
                    byte = bytes[index]
                    index += 1
                }
                guard ByteClass.isToken(byte) else { return nil }
                value.append(byte)
            }
            return nil
        }

        private mutating func take(_ byte: UInt8) -> Bool {
            guard index < bytes.count, bytes[index] == byte else { return false }
            index += 1
            return true
        }

        private mutating func skipSpace() {
            while index < bytes.count, ByteClass.isSpace(bytes[index]) { index += 1 }
        }
    }
}
