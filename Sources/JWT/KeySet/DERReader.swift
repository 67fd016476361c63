// As much of DER (X.690 §8, §10) as a public key needs: definite lengths in their shortest form, sequences, integers that are not negative, bit
// strings of whole bytes, object identifiers and null. No recursion and no copy: elements are places in the bytes.

/// Reads the elements of one level, one after the other.
struct DERReader {
    /// The tags of a public key (X.690 §8).
    enum Tag: UInt8 {
        case integer = 0x02
        case bitString = 0x03
        case null = 0x05
        case objectIdentifier = 0x06
        case sequence = 0x30

        var name: String {
            switch self {
            case .integer: "an INTEGER"
            case .bitString: "a BIT STRING"
            case .null: "a NULL"
            case .objectIdentifier: "an OBJECT IDENTIFIER"
            case .sequence: "a SEQUENCE"
            }
        }
    }

    private var offset: Int
    private let end: Int

    /// The elements that fill `range`.
    init(_ range: Range<Int>) { (offset, end) = (range.lowerBound, range.upperBound) }

    var isAtEnd: Bool { offset == end }

    /// The contents of the next element, which has this tag.
    mutating func next(_ tag: Tag, in bytes: Span<UInt8>) throws(KeyFault) -> Range<Int> {
        guard offset < end, bytes[offset] == tag.rawValue else {
            throw .der("\(tag.name) should stand here", offset: offset)
        }
        let lengthOffset = offset + 1
        guard lengthOffset < end else { throw .der("the length is missing", offset: lengthOffset) }
        var length = Int(bytes[lengthOffset])
        var start = lengthOffset + 1
        if length >= 0x80 {
            // X.690 §10.1 — the definite form, in as few bytes as it needs; two are enough for any key.
            let count = length - 0x80
            guard (1...2).contains(count), end - start >= count else {
                throw .der("a length that is too long, or not definite", offset: lengthOffset)
            }
            length = 0
            for index in start..<start + count { length = length << 8 | Int(bytes[index]) }
            guard length >= (count == 1 ? 0x80 : 0x100) else {
                throw .der("a length that is not in its shortest form", offset: lengthOffset)
            }
            start += count
        }
        guard end - start >= length else { throw .der("an element that ends behind its place", offset: lengthOffset) }
        offset = start + length
        return start..<offset
    }

    /// An integer, its most significant byte first, without the zero that keeps it from being negative.
    mutating func unsignedInteger(in bytes: Span<UInt8>) throws(KeyFault) -> Range<Int> {
        let place = try next(.integer, in: bytes)
        guard !place.isEmpty, bytes[place.lowerBound] < 0x80 else {
            throw .der("an INTEGER that is empty or negative", offset: place.lowerBound)
        }
        guard bytes[place.lowerBound] == 0, place.count > 1 else { return place }
        // X.690 §8.3.2.
        guard bytes[place.lowerBound + 1] >= 0x80 else {
            throw .der("an INTEGER with a zero too many", offset: place.lowerBound)
        }
        return place.lowerBound + 1..<place.upperBound
    }

    /// The bytes of a bit string without unused bits.
    mutating func wholeBytes(in bytes: Span<UInt8>) throws(KeyFault) -> Range<Int> {
        let place = try next(.bitString, in: bytes)
        guard !place.isEmpty, bytes[place.lowerBound] == 0 else {
            throw .der("a BIT STRING that is not made of whole bytes", offset: place.lowerBound)
        }
        return place.lowerBound + 1..<place.upperBound
    }

    /// X.690 leaves no room behind the last element.
    func finish() throws(KeyFault) {
        guard isAtEnd else { throw .der("more than belongs here", offset: offset) }
    }
}
