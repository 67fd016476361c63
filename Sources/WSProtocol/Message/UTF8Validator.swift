// UTF-8 that arrives in pieces (RFC 3629 §4, RFC 6455 §8.1). The first byte that can no longer be part of a valid sequence fails at
// once: there is no waiting for the end of the message. Whole pieces go through the standard library's fast check; only the
// sequences cut by a border are walked byte by byte.

/// The state between two pieces: three bytes.
package struct UTF8Validator: Sendable, Hashable {
    /// Continuation bytes the current sequence still needs.
    private var needed: UInt8 = 0
    /// The bounds of the next continuation byte (RFC 3629 §4: tighter after E0, ED, F0 and F4).
    private var lower: UInt8 = 0x80
    private var upper: UInt8 = 0xBF

    package init() {}

    /// Whether the bytes so far end between two sequences.
    package var isComplete: Bool { needed == 0 }

    /// Takes the next piece; false when one of its bytes is wrong.
    package mutating func accept(_ bytes: Span<UInt8>) -> Bool {
        var index = 0
        while needed > 0 && index < bytes.count {
            guard accept(bytes[index]) else { return false }
            index += 1
        }
        let tail = UTF8Validator.startOfTail(bytes, from: index)
        guard UTF8Validator.isValid(bytes.extracting(index..<tail)) else { return false }
        for position in tail..<bytes.count {
            guard accept(bytes[position]) else { return false }
        }
        return true
    }

    /// Whether `bytes` are whole, valid UTF-8.
    @inline(__always)
    package static func isValid(_ bytes: Span<UInt8>) -> Bool {
        do {
            _ = try UTF8Span(validating: bytes)
            return true
        } catch {
            return false
        }
    }

    /// Where a sequence begins that the end of `bytes` may cut: at most three bytes before it.
    private static func startOfTail(_ bytes: Span<UInt8>, from start: Int) -> Int {
        var index = bytes.count
        while index > start && bytes.count - index < 3 {
            index -= 1
            // A leading byte: the sequence begins here. An ASCII byte: nothing is cut.
            if bytes[index] >= 0xC0 { return index }
            if bytes[index] < 0x80 { return bytes.count }
        }
        return bytes.count
    }

    /// One step of RFC 3629 §4's grammar.
    private mutating func accept(_ byte: UInt8) -> Bool {
        guard needed == 0 else {
            guard byte >= lower && byte <= upper else { return false }
            needed -= 1
            (lower, upper) = (0x80, 0xBF)
            return true
        }
        switch byte {
        case 0x00...0x7F: return true
        case 0xC2...0xDF: needed = 1
        case 0xE0: (needed, lower) = (2, 0xA0)  // no longer form of a shorter sequence
        case 0xED: (needed, upper) = (2, 0x9F)  // no surrogates
        case 0xE1...0xEF: needed = 2
        case 0xF0: (needed, lower) = (3, 0x90)
        case 0xF1...0xF3: needed = 3
        case 0xF4: (needed, upper) = (3, 0x8F)  // nothing above U+10FFFF
        default: return false
        }
        return true
    }
}
