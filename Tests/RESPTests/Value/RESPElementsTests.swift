import RESP
import TestSupport
import Testing

/// Aggregates inside each other: how one opens, and what completes `depth` of them.
struct Nesting: Sendable, CustomTestStringConvertible {
    let opening: String
    let completion: @Sendable (_ depth: Int) -> String

    var testDescription: String { opening.debugDescription }

    func wire(_ depth: Int) -> [UInt8] {
        Array((String(repeating: opening, count: depth) + completion(depth)).utf8)
    }

    static let all = [
        Nesting(opening: "*1\r\n") { _ in ":1\r\n" },
        Nesting(opening: "*2\r\n+x\r\n") { _ in ":1\r\n" },
        Nesting(opening: "~1\r\n") { _ in ":1\r\n" },
        Nesting(opening: "%1\r\n:1\r\n") { _ in ":1\r\n" },
        Nesting(opening: "%1\r\n") { String(repeating: ":1\r\n", count: $0 + 1) },
        Nesting(opening: "*?\r\n") { String(repeating: ".\r\n", count: $0) },
        // Attributes of keys of attributes; and an array behind attributes, in an array behind attributes.
        Nesting(opening: "|1\r\n") { String(repeating: ":1\r\n", count: 2 * $0 + 1) },
        Nesting(opening: "|1\r\n+a\r\n+b\r\n*1\r\n") { _ in ":1\r\n" },
    ]
}

@Suite("Values inside values")
struct RESPElementsTests {
    /// Freed by recursion, 20,000 levels need some 3 MiB of stack.
    private static let depth = 20_000
    private static let stackBytes = 512 << 10

    private static func decode(_ wire: [UInt8]) throws -> RESPValue {
        var decoder = RESPDecoder(limits: RESPLimits(elementsMax: 1 << 22, depthMax: .max))
        var offset = 0
        guard case .value(let value) = try decoder.nextEvent(in: wire.span, offset: &offset), offset == wire.count
        else { throw KitError("not one value and nothing else") }
        return value
    }

    @Test("R6 a value twenty thousand deep is built and freed in little stack", arguments: Nesting.all)
    func frees(nesting: Nesting) throws {
        let isHalfBuilt = try onStack(ofBytes: Self.stackBytes) {
            _ = try Self.decode(nesting.wire(Self.depth))
            // A value half built goes with its decoder.
            var decoder: RESPDecoder? = RESPDecoder(limits: RESPLimits(elementsMax: 1 << 22, depthMax: .max))
            let half = Array(nesting.wire(Self.depth).dropLast(3))
            var offset = 0
            let event = try decoder?.nextEvent(in: half.span, offset: &offset)
            decoder = nil
            return event == .needsMoreBytes
        }
        #expect(isHalfBuilt)
    }

    @Test("R6 a part of a deep value outlives the rest of it")
    func shared() throws {
        let (count, depth, deepest) = try onStack(ofBytes: Self.stackBytes) {
            var value: RESPValue? = try Self.decode(Nesting.all[0].wire(Self.depth))
            guard case .array(let outer) = value, case .array(let inner) = outer[0] else {
                throw KitError("no array in an array")
            }
            value = nil
            var deepest: RESPElements = inner
            var depth = 2
            while case .array(let next) = deepest[0] {
                deepest = next
                depth += 1
            }
            return (inner.count, depth, deepest)
        }
        #expect(count == 1)
        #expect(depth == Self.depth)
        #expect(deepest == [.integer(1)])
    }

    @Test("elements and pairs are collections in the order of the wire")
    func collections() throws {
        let value = try Self.decode(Array("*3\r\n:1\r\n%2\r\n+a\r\n:1\r\n+a\r\n:2\r\n*0\r\n".utf8))
        guard case .array(let elements) = value, case .map(let pairs) = elements[1] else {
            Issue.record("not what was sent")
            return
        }
        #expect(elements.count == 3)
        #expect(pairs.map(\.value) == [.integer(1), .integer(2)])
        #expect(elements.last == .array([]))
        #expect(RESPElements([]).isEmpty && RESPPairs([RESPPair]()).isEmpty)
    }
}
