// Puts values together from their parts without recursion: a stack of aggregates that are not complete yet, its height
// capped, so that neither building nor freeing a value can exhaust the thread's stack (row R6).

struct ValueBuilder {
    enum Kind {
        case array, set, map, push, attribute
    }

    private struct Frame {
        var kind: Kind
        /// Elements still to come; nil while the aggregate is streamed.
        var missing: Int?
        var values: [RESPValue] = []
        /// What stood in front of this aggregate itself: keys and values in turn.
        var attributes: [RESPValue]
    }

    private var frames: [Frame] = []
    /// Attributes waiting for the value they belong to, keys and values in turn; empty ones wait too.
    private var attributes: [RESPValue]?
    /// Elements of the current top-level value so far, declared ones included.
    private var elements = 0

    var isEmpty: Bool { frames.isEmpty && attributes == nil }
    /// True inside a push, or inside what counts as one.
    private(set) var isInPush = false

    /// An aggregate begins. Returns a top-level value when it is empty and nothing was around it.
    mutating func begin(_ kind: Kind, elementCount: Int?, countsAsPush: Bool, limits: RESPLimits) throws(RESPError)
        -> RESPValue?
    {
        // "Pushes": may precede or follow any value, never inside one.
        if kind == .push, !frames.isEmpty { throw .nestedPush }
        guard frames.count < limits.depthMax else { throw .tooDeep(limit: limits.depthMax) }
        if let elementCount {
            guard elementCount <= limits.elementsMax - elements else {
                throw .tooManyElements(limit: limits.elementsMax)
            }
            elements += elementCount
        }
        if frames.isEmpty { isInPush = kind == .push || countsAsPush }
        frames.append(Frame(kind: kind, missing: elementCount, attributes: attributes ?? []))
        attributes = nil
        return elementCount == 0 ? try finish(limits) : nil
    }

    /// A value is whole: it fills its place, and each aggregate it completes fills the next. Returns a finished top-level value.
    mutating func add(_ value: consuming RESPValue, limits: RESPLimits) throws(RESPError) -> RESPValue? {
        if let attributes {
            value = ValueBuilder.attributed(value, attributes)
            self.attributes = nil
        }
        guard !frames.isEmpty else {
            reset()
            return value
        }
        return try fill(value, limits) ? try finish(limits) : nil
    }

    /// "Streamed aggregates": the line `.` ends the innermost one.
    mutating func endStream(limits: RESPLimits) throws(RESPError) -> RESPValue? {
        guard let top = frames.last, top.missing == nil else { throw .misplacedStreamPart }
        guard attributes == nil else { throw .attributeWithoutValue }
        if top.kind == .map, !top.values.count.isMultiple(of: 2) { throw .oddMap }
        return try finish(limits)
    }

    /// Takes the innermost aggregate off, and every one around it that this completes.
    private mutating func finish(_ limits: RESPLimits) throws(RESPError) -> RESPValue? {
        while let frame = frames.popLast() {
            var value: RESPValue
            switch frame.kind {
            case .array: value = .array(RESPElements(frame.values))
            case .set: value = .set(RESPElements(frame.values))
            case .push: value = .push(RESPElements(frame.values))
            case .map: value = .map(RESPPairs(flat: frame.values))
            case .attribute:
                // Adds nothing to its parent's count: it waits for the value that follows.
                attributes = frame.attributes.isEmpty ? frame.values : frame.attributes + frame.values
                return nil
            }
            value = ValueBuilder.attributed(value, frame.attributes)
            guard !frames.isEmpty else {
                reset()
                return value
            }
            if try !fill(value, limits) { return nil }
        }
        return nil
    }

    /// Puts a value into its place in the innermost aggregate. True when that completes the aggregate.
    private mutating func fill(_ value: consuming RESPValue, _ limits: RESPLimits) throws(RESPError) -> Bool {
        let top = frames.count - 1
        frames[top].values.append(value)
        if let missing = frames[top].missing {
            frames[top].missing = missing - 1
            return missing == 1
        }
        // Elements of a streamed aggregate were not declared: count them as they come.
        elements += 1
        guard elements <= limits.elementsMax else { throw .tooManyElements(limit: limits.elementsMax) }
        return false
    }

    private mutating func reset() {
        elements = 0
        isInPush = false
    }

    private static func attributed(_ value: consuming RESPValue, _ attributes: [RESPValue]) -> RESPValue {
        attributes.isEmpty ? value : .attributed(Attributed(attributes: RESPPairs(flat: attributes), value: value))
    }
}
