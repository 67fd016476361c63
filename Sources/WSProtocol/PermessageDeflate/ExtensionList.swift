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
    /// In the order they were sent; names may repeat.
    package var parameters: [Parameter] = []

    /// One parameter. Nobody has judged yet whether the extension knows it.
    package struct Parameter: Hashable, Sendable {
        /// As it was sent: a token, with regard to case.
        package let name: String
        /// Nil without "="; a quoted value without its quotes.
        package let value: String?
    }
}

/// The reader of the header; writing is left to who negotiates.
package enum ExtensionList {
    /// The elements of all fields in order; nil when a field is malformed.
    package static func parse(_ fields: [String]) -> [ExtensionElement]? {
        var elements: [ExtensionElement] = []
        for field in fields {
            var reader = Reader(keeps: true)
            guard reader.appendElements(of: field.utf8.span, to: &elements) else { return nil }
        }
        return elements
    }

    /// Whether `field` fits the grammar, without an allocation.
    static func isWellFormed(_ field: Span<UInt8>) -> Bool {
        var reader = Reader(keeps: false)
        var none: [ExtensionElement] = []
        return reader.appendElements(of: field, to: &none)
    }

    /// Walks one field value once, from left to right.
    private struct Reader {
        /// Whether what is read is kept; otherwise there are no elements, parameters and texts, and nothing is allocated.
        let keeps: Bool
        var index = 0

        init(keeps: Bool) { self.keeps = keeps }

        mutating func appendElements(of bytes: Span<UInt8>, to elements: inout [ExtensionElement]) -> Bool {
            while true {
                skipSpace(bytes)
                if take(UInt8(ascii: ","), bytes) { continue }
                guard index < bytes.count else { return true }
                guard appendElement(of: bytes, to: &elements) else { return false }
                guard index == bytes.count || take(UInt8(ascii: ","), bytes) else { return false }
            }
        }

        private mutating func appendElement(of bytes: Span<UInt8>, to elements: inout [ExtensionElement]) -> Bool {
            guard let name = token(bytes) else { return false }
            var element = keeps ? ExtensionElement(name: String(copying: bytes.extracting(name))) : nil
            skipSpace(bytes)
            while take(UInt8(ascii: ";"), bytes) {
                skipSpace(bytes)
                guard readParameter(bytes, of: &element) else { return false }
                skipSpace(bytes)
            }
            if let element { elements.append(element) }
            return true
        }

        private mutating func readParameter(_ bytes: Span<UInt8>, of element: inout ExtensionElement?) -> Bool {
            guard let name = token(bytes) else { return false }
            var value: String?
            skipSpace(bytes)
            if take(UInt8(ascii: "="), bytes) {
                skipSpace(bytes)
                if take(UInt8(ascii: "\""), bytes) {
                    guard let text = restOfQuotedString(bytes) else { return false }
                    value = text
                } else {
                    let text = token(bytes)
                    if keeps { value = text.map { String(copying: bytes.extracting($0)) } ?? "" }
                }
            }
            guard keeps else { return true }
            element?.parameters.append(
                ExtensionElement.Parameter(name: String(copying: bytes.extracting(name)), value: value))
            return true
        }

        /// RFC 9110 §5.6.2; nil when none stands here.
        private mutating func token(_ bytes: Span<UInt8>) -> Range<Int>? {
            let start = index
            index = ByteClass.endOfToken(bytes, start..<bytes.count)
            return index > start ? start..<index : nil
        }

        /// RFC 9110 §5.6.4, behind the opening quote. RFC 6455 §9.1 — unescaped it must be a token.
        private mutating func restOfQuotedString(_ bytes: Span<UInt8>) -> String? {
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
                if keeps { value.append(byte) }
            }
            return nil
        }

        private mutating func take(_ byte: UInt8, _ bytes: Span<UInt8>) -> Bool {
            guard index < bytes.count, bytes[index] == byte else { return false }
            index += 1
            return true
        }

        private mutating func skipSpace(_ bytes: Span<UInt8>) {
            while index < bytes.count, ByteClass.isSpace(bytes[index]) { index += 1 }
        }
    }
}
