// Where the fields of a head stand that somebody asks for, filled while its lines are read. It has the size of some 20 words, so that
// neither a head that is still arriving nor one that is whole needs memory for it.

/// The places of the fields of one head. All ranges count from the start of the head.
struct FieldIndex: Sendable {
    /// How many fields the head has.
    private(set) var count = 0
    /// Where the line of the first field begins.
    private(set) var start = 0
    /// A bit for each name that is there.
    private var present: UInt32 = 0
    /// And for each that is there more than once.
    private var repeated: UInt32 = 0
    private var values = InlineArray<20, Value>(repeating: Value())

    /// As many names as `values` has places; `FieldName.Table` sees to it before the first head is read.
    static let namesMax = 20

    /// The value of the first field of its name, white space at its ends included.
    private struct Value {
        var start: UInt32 = 0
        var end: UInt32 = 0
    }

    /// The largest head whose places can be kept.
    static let byteCountMax = Int(UInt32.max)

    /// Takes the field of the line that begins at `lineStart`; `name` is nil when nobody asks for it, `value` may have white space at its
    /// ends. The head is no larger than `byteCountMax`.
    @inline(__always)
    mutating func add(_ name: FieldName?, lineStart: Int, value: Range<Int>) {
        if count == 0 { start = lineStart }
        count &+= 1
        guard let name else { return }
        let bit = FieldIndex.bit(name)
        guard present & bit == 0 else {
            repeated |= bit
            return
        }
        present |= bit
        values[Int(name.rawValue)] = Value(
            start: UInt32(truncatingIfNeeded: value.lowerBound), end: UInt32(truncatingIfNeeded: value.upperBound))
    }

    func contains(_ name: FieldName) -> Bool { present & FieldIndex.bit(name) != 0 }

    func isRepeated(_ name: FieldName) -> Bool { repeated & FieldIndex.bit(name) != 0 }

    /// Where the value of the first field of this name stands; empty when there is none.
    func value(of name: FieldName) -> Range<Int> {
        let value = values[Int(name.rawValue)]
        return Int(value.start)..<max(Int(value.start), Int(value.end))
    }

    private static func bit(_ name: FieldName) -> UInt32 { 1 &<< UInt32(name.rawValue) }
}
