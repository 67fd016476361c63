// RFC 1951 once more, plainly: the whole stream at hand, one bit after the other, codes by counting (§3.2.2). Which sets of code lengths
// are refused is as in zlib: every incomplete one, but for a single code of one bit, and but for no code at all.

struct InflateReference {
    enum Result: Equatable {
        case needsInput
        case ended(Int)
        case failed
        /// More output than allowed.
        case tooLarge
    }

    private struct Stop: Error { let result: Result }

    /// A prefix code: how many codes of each length there are, and their symbols in order.
    private struct Code {
        var counts = [Int](repeating: 0, count: 16)
        var symbols: [Int] = []

        init(_ lengths: ArraySlice<Int>, mayBeSingle: Bool) throws(Stop) {
            for length in lengths { counts[length] += 1 }
            counts[0] = 0
            var left = 1
            for length in 1...15 {
                left = 2 * left - counts[length]
                guard left >= 0 else { throw Stop(result: .failed) }
            }
            let longest = counts.lastIndex { $0 > 0 } ?? 0
            guard left == 0 || longest == 0 || mayBeSingle && longest == 1 else { throw Stop(result: .failed) }
            var places = [Int](repeating: 0, count: 16)
            for length in 1..<15 { places[length + 1] = places[length] + counts[length] }
            symbols = [Int](repeating: 0, count: counts.reduce(0, +))
            for (symbol, length) in lengths.enumerated() where length > 0 {
                symbols[places[length]] = symbol
                places[length] += 1
            }
        }
    }

    /// §3.2.6, nil if `Code` were wrong.
    private static let fixed: (Code, Code)? = {
        let lengths = (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 }
        guard let literals = try? Code(lengths[...], mayBeSingle: true),
            let distances = try? Code([Int](repeating: 5, count: 32)[...], mayBeSingle: true)
        else { return nil }
        return (literals, distances)
    }()

    private(set) var output: [UInt8]
    private(set) var result = Result.needsInput
    private let bytes: [UInt8]
    private var bit = 0
    /// Where the last block begins, or the next one.
    private var blockStart = 0
    private let windowCount: Int
    private let most: Int

    /// `isEndless`: behind a final block another stream begins with the same history (RFC 7692 §7.2.3.5).
    init(_ bytes: [UInt8], history: [UInt8], windowBits: Int, outputCountMax: Int, isEndless: Bool = false) {
        self.bytes = bytes
        output = history
        windowCount = 1 << windowBits
        most = outputCountMax
        do throws(Stop) {
            while true {
                blockStart = bit
                guard try block() else { continue }
                bit = (bit + 7) / 8 * 8
                if !isEndless { break }
            }
            result = .ended(bit / 8)
        } catch {
            result = error.result
        }
    }

    /// Whether nothing is begun and no bit is left over.
    var isAtBlockBoundary: Bool { result == .needsInput && blockStart == 8 * bytes.count }

    private mutating func bits(_ count: Int) throws(Stop) -> Int {
        guard bit + count <= 8 * bytes.count else { throw Stop(result: .needsInput) }
        var value = 0
        for index in 0..<count {
            value |= Int(bytes[bit / 8] >> UInt8(bit % 8) & 1) << index
            bit += 1
        }
        return value
    }

    private mutating func symbol(_ code: Code) throws(Stop) -> Int {
        var value = 0
        var first = 0
        var index = 0
        for length in 1...15 {
            value |= try bits(1)
            let count = code.counts[length]
            if value - count < first { return code.symbols[index + value - first] }
            index += count
            first = (first + count) << 1
            value <<= 1
            // A single code of one bit: the other bit says nothing.
            if index == code.symbols.count { throw Stop(result: .failed) }
        }
        throw Stop(result: .failed)
    }

    private mutating func append(_ byte: UInt8) throws(Stop) {
        guard output.count < most else { throw Stop(result: .tooLarge) }
        output.append(byte)
    }

    /// Whether it was the last one.
    private mutating func block() throws(Stop) -> Bool {
        let header = try bits(3)
        switch header >> 1 {
        case 0: try stored()
        case 1:
            guard let fixed = InflateReference.fixed else { fatalError("the fixed codes are codes") }
            try compressed(fixed.0, fixed.1)
        case 2: try dynamic()
        default: throw Stop(result: .failed)
        }
        return header & 1 == 1
    }

    private mutating func stored() throws(Stop) {
        bit = (bit + 7) / 8 * 8
        let header = try bits(32)
        guard header & 0xFFFF == header >> 16 ^ 0xFFFF else { throw Stop(result: .failed) }
        for _ in 0..<(header & 0xFFFF) { try append(UInt8(try bits(8))) }
    }

    private mutating func dynamic() throws(Stop) {
        let header = try bits(14)
        let literals = header & 31 + 257
        let distances = header >> 5 & 31 + 1
        guard literals <= 286, distances <= 30 else { throw Stop(result: .failed) }
        var order = [Int](repeating: 0, count: 19)
        for place in [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15].prefix(header >> 10 + 4) {
            order[place] = try bits(3)
        }
        let code = try Code(order[...], mayBeSingle: false)
        // No code at all: zlib reads a length of 0 from each bit, and then misses the end of the block.
        if code.symbols.isEmpty {
            for _ in 0..<literals + distances { _ = try bits(1) }
            throw Stop(result: .failed)
        }
        var lengths: [Int] = []
        while lengths.count < literals + distances {
            switch try symbol(code) {
            case 16:
                let count = try bits(2) + 3
                guard let last = lengths.last else { throw Stop(result: .failed) }
                lengths += [Int](repeating: last, count: count)
            case 17: lengths += [Int](repeating: 0, count: try bits(3) + 3)
            case 18: lengths += [Int](repeating: 0, count: try bits(7) + 11)
            case let length: lengths.append(length)
            }
        }
        guard lengths.count == literals + distances, lengths[256] > 0 else { throw Stop(result: .failed) }
        try compressed(
            try Code(lengths[..<literals], mayBeSingle: true), try Code(lengths[literals...], mayBeSingle: true))
    }

    private mutating func compressed(_ literals: Code, _ distances: Code) throws(Stop) {
        while true {
            let symbol = try symbol(literals)
            if symbol < 256 {
                try append(UInt8(symbol))
                continue
            }
            guard symbol > 256 else { return }
            guard symbol < 286 else { throw Stop(result: .failed) }
            // §3.2.5 — the tables, as the rule behind them: groups of 4 lengths and of 2 distances, each group a bit longer.
            let group = symbol - 257
            let lengthBits = symbol == 285 || group < 8 ? 0 : group / 4 - 1
            let base = group < 8 ? 3 + group : 3 + (4 + group % 4) << lengthBits
            let length = symbol == 285 ? 258 : base + (try bits(lengthBits))
            guard !distances.symbols.isEmpty else {
                _ = try bits(1)
                throw Stop(result: .failed)
            }
            let place = try self.symbol(distances)
            guard place < 30 else { throw Stop(result: .failed) }
            let distanceBits = place < 4 ? 0 : place / 2 - 1
            let distance = (place < 4 ? place : (2 + place % 2) << distanceBits) + 1 + (try bits(distanceBits))
            guard distance <= output.count, distance <= windowCount else { throw Stop(result: .failed) }
            for _ in 0..<length { try append(output[output.count - distance]) }
        }
    }
}
