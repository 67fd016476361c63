// From the text of a pattern to its steps.

struct PatternParser {
    private typealias Steps = [ChannelPattern.Step]

    private let text: [Unicode.Scalar]
    private var offset = 0
    private var depth = 0

    init(_ text: String) { self.text = Array(text.unicodeScalars) }

    mutating func steps() throws(ChannelPattern.Problem) -> [ChannelPattern.Step] {
        let all = try alternatives()
        if offset < text.count { throw problem("a \")\" that closes nothing") }
        return all + [.matched]
    }

    /// `a|b|c`, to the end or to a ")".
    private mutating func alternatives() throws(ChannelPattern.Problem) -> [ChannelPattern.Step] {
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        guard var all = branches.popLast() else { return [] }
        while let branch = branches.popLast() {
            // split(branch, rest); branch; jump behind the rest; rest
            all =
                [.split(1, branch.count + 2)] + shifted(branch, by: 1) + [.jump(branch.count + 2 + all.count)]
                + shifted(all, by: branch.count + 2)
            try check(all)
        }
        return all
    }

    private mutating func sequence() throws(ChannelPattern.Problem) -> [ChannelPattern.Step] {
        var all: Steps = []
        while let next = peek, next != "|", next != ")" {
            let piece = try repeated(try atom())
            all += shifted(piece, by: all.count)
            try check(all)
        }
        return all
    }

    private mutating func atom() throws(ChannelPattern.Problem) -> [ChannelPattern.Step] {
        let start = offset
        guard let scalar = next() else { return [] }
        switch scalar {
        case "(": return try group(start)
        case "[": return [.character(try bracket(start))]
        case ".": return [.character(.any)]
        case "^": return [.start]
        case "$": return [.end]
        case "\\": return [.character(try escape(start))]
        case "*", "+", "?": throw problem("a \"\(scalar)\" that repeats nothing", at: start)
        case "{": throw problem("a \"{\" that repeats nothing; write \\{ for the character", at: start)
        default: return [.character(.one(scalar))]
        }
    }

    private mutating func group(_ start: Int) throws(ChannelPattern.Problem) -> [ChannelPattern.Step] {
        if take("?"), !take(":") {
            throw problem("\"(?\" is only supported as \"(?:\"", at: start)
        }
        guard depth < ChannelPattern.depthMax else {
            throw problem("more than \(ChannelPattern.depthMax) groups inside of each other", at: start)
        }
        depth += 1
        let inner = try alternatives()
        depth -= 1
        guard take(")") else { throw problem("a \"(\" without its \")\"", at: start) }
        return inner
    }

    // MARK: Repetition

    private mutating func repeated(_ piece: [ChannelPattern.Step]) throws(ChannelPattern.Problem) -> [ChannelPattern
        .Step]
    {
        let start = offset
        guard let (least, most) = try quantifier() else { return piece }
        if peek == "?" || peek == "+" || peek == "*" || peek == "{" {
            throw problem("a quantifier behind a quantifier is not supported", at: offset)
        }
        var all: Steps = []
        for _ in 0..<least { try append(piece, to: &all, start) }
        if let most {
            // x{1,3} is xx?x?: each optional one jumps behind the last.
            let optional = most - least
            let size = piece.count + 1
            let end = all.count + optional * size
            for _ in 0..<optional {
                let here = all.count
                all.append(.split(here + 1, end))
                try append(piece, to: &all, start)
            }
        } else {
            let loop = all.count
            all.append(.split(loop + 1, loop + piece.count + 2))
            try append(piece, to: &all, start)
            all.append(.jump(loop))
        }
        return all
    }

    private func append(
        _ piece: [ChannelPattern.Step], to all: inout [ChannelPattern.Step], _ start: Int
    ) throws(ChannelPattern.Problem) {
        all += shifted(piece, by: all.count)
        try check(all)
    }

    /// Nil: none stands here. No upper bound: any number.
    private mutating func quantifier() throws(ChannelPattern.Problem) -> (least: Int, most: Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        let start = offset
        guard take("{") else { return nil }
        guard let least = number() else { throw problem("a number must stand behind \"{\"", at: start) }
        var most: Int? = least
        if take(",") { most = number() }
        guard take("}") else { throw problem("a \"{\" without its \"}\"", at: start) }
        let largest = ChannelPattern.repetitionMax
        guard least <= largest, (most ?? 0) <= largest else {
            throw problem("a repetition of more than \(largest)", at: start)
        }
        if let most, most < least {
            throw problem("\"{\(least),\(most)}\": the second number is the smaller one", at: start)
        }
        return (least, most)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let digit = peek.flatMap({ CharacterSet.digits.contains($0) ? Int($0.value) - 48 : nil }) {
            value = min((value ?? 0) * 10 + digit, 1_000_000)
            offset += 1
        }
        return value
    }

    // MARK: Characters

    private mutating func escape(_ start: Int) throws(ChannelPattern.Problem) -> CharacterSet {
        guard let scalar = next() else { throw problem("a \"\\\" at the end", at: start) }
        switch scalar {
        case "d": return .digits
        case "D": return CharacterSet.digits.inverted
        case "w": return .word
        case "W": return CharacterSet.word.inverted
        case "s": return .space
        case "S": return CharacterSet.space.inverted
        case "t": return .one("\t")
        case "n": return .one("\n")
        case "r": return .one("\r")
        case "0"..."9", "a"..."z", "A"..."Z": throw problem("\"\\\(scalar)\" is not supported", at: start)
        default: return .one(scalar)
        }
    }

    private mutating func bracket(_ start: Int) throws(ChannelPattern.Problem) -> CharacterSet {
        var set = CharacterSet()
        let isInverted = take("^")
        var isFirst = true
        while true {
            guard let scalar = next() else { throw problem("a \"[\" without its \"]\"", at: start) }
            if scalar == "]" && !isFirst { break }
            if scalar == "[", peek == ":" { throw problem("\"[:…:]\" is not supported", at: offset - 1) }
            isFirst = false
            let low = scalar == "\\" ? try escape(offset - 1) : .one(scalar)
            guard peek == "-", offset + 1 < text.count, text[offset + 1] != "]" else {
                set.ranges += low.flat
                continue
            }
            offset += 1
            let place = offset
            guard let end = next() else { throw problem("a \"[\" without its \"]\"", at: start) }
            let high = end == "\\" ? try escape(place) : .one(end)
            guard let from = single(low), let to = single(high), from <= to else {
                throw problem("a range of characters that is none", at: place - 2)
            }
            set.ranges.append(from...to)
        }
        set.isInverted = isInverted
        return set
    }

    private func single(_ set: CharacterSet) -> UInt32? {
        guard !set.isInverted, set.ranges.count == 1, set.ranges[0].count == 1 else { return nil }
        return set.ranges[0].lowerBound
    }

    // MARK: Pieces

    private func shifted(_ steps: [ChannelPattern.Step], by distance: Int) -> [ChannelPattern.Step] {
        steps.map {
            switch $0 {
            case .split(let one, let other): .split(one + distance, other + distance)
            case .jump(let target): .jump(target + distance)
            default: $0
            }
        }
    }

    private func check(_ steps: [ChannelPattern.Step]) throws(ChannelPattern.Problem) {
        guard steps.count < ChannelPattern.statesMax else {
            throw problem("a pattern of more than \(ChannelPattern.statesMax) states; make it simpler", at: 0)
        }
    }

    private var peek: Unicode.Scalar? { offset < text.count ? text[offset] : nil }

    private mutating func next() -> Unicode.Scalar? {
        guard let scalar = peek else { return nil }
        offset += 1
        return scalar
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == scalar else { return false }
        offset += 1
        return true
    }

    private func problem(_ text: String, at place: Int? = nil) -> ChannelPattern.Problem {
        ChannelPattern.Problem(text: text, offset: place ?? offset)
    }
}
