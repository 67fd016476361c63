// The patterns of `channel_regex`: what nearly all of them use of the language of Go, Python and JavaScript, matched in time linear in the name
// whatever the pattern is (all states are followed side by side; nothing is tried again). What is not here is refused when the configuration
// is read: back references, lookaround, lazy quantifiers, flags, named groups, word borders.

/// A pattern that was found right. It looks anywhere in the text, unless `^` and `$` say where.
package struct ChannelPattern: Equatable, Sendable {
    /// States of one pattern; a name costs at most this many steps a character.
    package static let statesMax = 2_000
    /// The largest number in `{m,n}`.
    package static let repetitionMax = 255
    /// Groups inside of groups.
    package static let depthMax = 32

    /// Why a text is no pattern.
    package struct Problem: Error, Equatable, CustomStringConvertible {
        package let text: String
        /// Which character, from 0.
        package let offset: Int
        package var description: String { "\(text) at character \(offset + 1)" }
    }

    enum Step: Equatable, Sendable {
        case character(CharacterSet)
        case start
        case end
        /// Goes on at both.
        case split(Int, Int)
        case jump(Int)
        case matched
    }

    /// As it was written.
    package let text: String
    private let steps: [Step]

    package init(_ text: String) throws(Problem) {
        self.text = text
        var parser = PatternParser(text)
        steps = try parser.steps()
    }

    package func matches(_ text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        var current = StateSet(count: steps.count)
        var next = StateSet(count: steps.count)
        for place in 0...scalars.count {
            // A match may begin anywhere.
            if follow(0, at: place, of: scalars.count, into: &current) { return true }
            guard place < scalars.count else { break }
            next.removeAll()
            for state in current.states {
                guard case .character(let set) = steps[state], set.contains(scalars[place]) else { continue }
                if follow(state + 1, at: place + 1, of: scalars.count, into: &next) { return true }
            }
            swap(&current, &next)
        }
        return false
    }

    /// Adds the states that are reached from `first` without a character. True when the match is among them.
    private func follow(_ first: Int, at place: Int, of count: Int, into set: inout StateSet) -> Bool {
        var open = [first]
        while let state = open.popLast() {
            guard set.insert(state) else { continue }
            switch steps[state] {
            case .character: break
            case .start: if place == 0 { open.append(state + 1) }
            case .end: if place == count { open.append(state + 1) }
            case .split(let one, let other): open += [one, other]
            case .jump(let target): open.append(target)
            case .matched: return true
            }
        }
        return false
    }
}

/// Characters that a step takes.
struct CharacterSet: Equatable, Sendable {
    var ranges: [ClosedRange<UInt32>] = []
    var isInverted = false

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        ranges.contains { $0.contains(scalar.value) } != isInverted
    }

    static func one(_ scalar: Unicode.Scalar) -> CharacterSet { CharacterSet(ranges: [scalar.value...scalar.value]) }
    /// `.`: all but the end of a line.
    static let any = CharacterSet(ranges: [10...10], isInverted: true)
    static let digits = CharacterSet(ranges: [48...57])
    static let word = CharacterSet(ranges: [48...57, 65...90, 95...95, 97...122])
    /// As in Go: space, tab, line feed, form feed, carriage return.
    static let space = CharacterSet(ranges: [9...10, 12...13, 32...32])

    var inverted: CharacterSet { CharacterSet(ranges: ranges, isInverted: !isInverted) }

    /// The same characters without inversion.
    var flat: [ClosedRange<UInt32>] {
        guard isInverted else { return ranges }
        var result: [ClosedRange<UInt32>] = []
        var start: UInt32 = 0
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > start { result.append(start...range.lowerBound - 1) }
            start = max(start, range.upperBound + 1)
        }
        if start <= 0x10_FFFF { result.append(start...0x10_FFFF) }
        return result
    }
}

/// A set of states that is emptied in constant time and walked in the order of insertion.
private struct StateSet {
    private(set) var states: [Int] = []
    private var member: [Bool]

    init(count: Int) { member = [Bool](repeating: false, count: count) }

    /// False when it was there.
    mutating func insert(_ state: Int) -> Bool {
        guard !member[state] else { return false }
        member[state] = true
        states.append(state)
        return true
    }

    mutating func removeAll() {
        for state in states { member[state] = false }
        states.removeAll(keepingCapacity: true)
    }
}
