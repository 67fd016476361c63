// Text of strangers that others will see. What could change how the text around it looks is refused: controls, direction overrides, line
// separators (rule: refuse, never repair).

enum VisibleText {
    /// The text, when it is UTF-8 and has no scalar that controls how other text is shown.
    static func decode(_ bytes: [UInt8]) -> String? {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        return text.unicodeScalars.contains(where: isForbidden) ? nil : text
    }

    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x1f, 0x7f...0x9f: true  // controls (C0, DEL, C1)
        case 0x2028, 0x2029: true  // line and paragraph separator
        case 0x202a...0x202e, 0x2066...0x2069: true  // direction embeddings, overrides, isolates
        default: false
        }
    }
}
