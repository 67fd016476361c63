// Public keys as text (RFC 7468 §13): lines of Base64 between BEGIN PUBLIC KEY and END PUBLIC KEY. Text around the blocks is read over, as the
// document allows; a block of another label is refused with what to do, for it is mostly the private key, or a certificate.

import Digest

extension KeySet {
    /// All keys of a PEM text. RSA keys are for `rsaAlgorithm`; none has a name.
    package static func pem(
        _ text: Span<UInt8>, rsaAlgorithm: TokenAlgorithm = .rs256
    ) throws(KeyFault) -> KeySet {
        guard text.count <= KeyLimits.textBytesMax else { throw .tooLong(byteCount: text.count) }
        var lines = TextLines(text)
        var keys: [VerificationKey] = []
        while let line = lines.next(text) {
            guard let label = PEM.label(line, "-----BEGIN ") else { continue }
            guard label.elementsEqual("PUBLIC KEY".utf8) else { throw .label(ShownValue(label)) }
            guard keys.count < KeyLimits.keyCountMax else { throw .tooManyKeys(count: keys.count + 1) }
            let bytes = try PEM.body(&lines, text)
            keys.append(try .publicKeyInfo(bytes.span, rsaAlgorithm: rsaAlgorithm))
        }
        guard !keys.isEmpty else { throw .noPEM }
        return try KeySet(keys)
    }
}

private enum PEM {
    /// What stands between `start` and five hyphens, when the line has both.
    static func label(_ line: [UInt8], _ start: String) -> [UInt8]? {
        let hyphens = "-----".utf8
        guard line.count >= start.utf8.count + hyphens.count, line.starts(with: start.utf8),
            line.suffix(hyphens.count).elementsEqual(hyphens)
        else { return nil }
        return Array(line[start.utf8.count..<line.count - hyphens.count])
    }

    /// The bytes of a block whose first line was read, up to its last line.
    static func body(_ lines: inout TextLines, _ text: Span<UInt8>) throws(KeyFault) -> [UInt8] {
        var base64: [UInt8] = []
        while let line = lines.next(text) {
            if let label = label(line, "-----END ") {
                guard label.elementsEqual("PUBLIC KEY".utf8) else { throw .pemEnd }
                guard let bytes = Base64.decode(base64.span), !bytes.isEmpty else { throw .pemBase64 }
                return bytes
            }
            base64 += line
        }
        throw .pemEnd
    }
}

/// The lines of a text, without their ends and the white space before those.
private struct TextLines {
    private var offset = 0
    private let count: Int

    init(_ text: Span<UInt8>) { count = text.count }

    mutating func next(_ text: Span<UInt8>) -> [UInt8]? {
        guard offset < count else { return nil }
        var line: [UInt8] = []
        while offset < count, text[offset] != UInt8(ascii: "\n") {
            line.append(text[offset])
            offset += 1
        }
        offset += 1
        while let last = line.last, last == 0x20 || last == 0x09 || last == 0x0D { line.removeLast() }
        return line
    }
}
