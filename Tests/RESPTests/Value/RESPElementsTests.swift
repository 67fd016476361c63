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
    private func decode(_ wire: [UInt8]) throws -> RESPValue? {
        var decoder = RESPDecoder(limits: RESPLimits(elementsMax: 1 << 22, depthMax: .max))
        var offset = 0
        guard case .value(let value) = try decoder.nextEvent(in: wire.span, offset: &offset) else { return nil }
        #expect(offset == wire.count)
        return value
    }

    @Test("R6 a value three hundred thousand deep is built and freed without recursion", arguments: Nesting.all)
    func frees(nesting: Nesting) throws {
        // Freed by recursion this needs some 50 MB of stack; a test's thread has 8 at most.
        var value = try decode(nesting.wire(300_000))
        #expect(value != nil)
        value = nil
        // A value half built goes with its decoder.
        var decoder: RESPDecoder? = RESPDecoder(limits: RESPLimits(elementsMax: 1 << 22, depthMax: .max))
        let half = nesting.wire(300_000).dropLast(3)
        var offset = 0
        let event = try decoder?.nextEvent(in: Array(half).span, offset: &offset)
        #expect(event == .needsMoreBytes)
        decoder = nil
    }

    @Test("R6 a part of a deep value outlives the rest of it")
    func shared() throws {
        var value = try decode(Nesting.all[0].wire(300_000))
        guard case .array(let outer) = value, case .array(let inner) = outer[0] else {
            Issue.record("no array in an array")
            return
        }
        value = nil
        #expect(inner.count == 1)
        var deepest: RESPElements = inner
        var depth = 2
        while case .array(let next) = deepest[0] {
            deepest = next
            depth += 1
        }
        #expect(depth == 300_000)
        #expect(deepest == [.integer(1)])
    }

    @Test("elements and pairs are collections in the order of the wire")
    func collections() throws {
        let value = try decode(Array("*3\r\n:1\r\n%2\r\n+a\r\n:1\r\n+a\r\n:2\r\n*0\r\n".utf8))
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
