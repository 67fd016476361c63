// The children of an aggregate. They live in an object whose end takes them apart in a loop: Swift frees a value inside a
// value inside a value by recursion, and a stack has an end (row R6). So a value may be as deep as a limit allows, or an
// application builds; freeing it needs the same little stack. An empty aggregate has no object.

/// Owns the children; `RESPElements` and `RESPPairs` are two views of it.
final class RESPStorage: @unchecked Sendable {
    // Unchecked: written in `init` and, once nobody else refers to the object, while it is taken apart.
    fileprivate var values: [RESPValue]

    init(_ values: [RESPValue]) { self.values = values }

    deinit {
        guard values.contains(where: \.hasChildren) else { return }
        var work = values
        values = []
        while var value = work.popLast() { RESPStorage.takeApart(&value, into: &work) }
    }

    /// Moves the children of `value` to `work`, if nobody else holds them, so that freeing it frees no other value.
    private static func takeApart(_ value: inout RESPValue, into work: inout [RESPValue]) {
        var storage: RESPStorage?
        switch value {
        case .array(let elements), .set(let elements), .push(let elements): storage = elements.storage
        case .map(let pairs): storage = pairs.storage
        case .attributed(let attributed):
            storage = attributed.attributes.storage
            work.append(attributed.value)
        case .simpleString, .simpleError, .integer, .bulkString, .null, .double, .boolean, .bigNumber, .bulkError,
            .verbatimString, .oversized:
            return
        }
        value = .null
        guard isKnownUniquelyReferenced(&storage), let storage else { return }
        work.append(contentsOf: storage.values)
        storage.values = []
    }
}

extension RESPValue {
    fileprivate var hasChildren: Bool {
        switch self {
        case .array(let elements), .set(let elements), .push(let elements): !elements.isEmpty
        case .map(let pairs): !pairs.isEmpty
        case .attributed: true
        case .simpleString, .simpleError, .integer, .bulkString, .null, .double, .boolean, .bigNumber, .bulkError,
            .verbatimString, .oversized:
            false
        }
    }
}

/// The elements of an array, a set or a push, in the order of the wire.
package struct RESPElements: RandomAccessCollection, ExpressibleByArrayLiteral, Equatable, Sendable {
    fileprivate let storage: RESPStorage?

    /// Keeps the array as it is; an empty one costs nothing.
    package init(_ values: [RESPValue]) { storage = values.isEmpty ? nil : RESPStorage(values) }
    /// The same, for tests and constants.
    package init(arrayLiteral values: RESPValue...) { self.init(values) }

    /// Indices count from 0 and are those of the wire.
    package var startIndex: Int { 0 }
    /// How many elements there are.
    package var endIndex: Int { storage?.values.count ?? 0 }
    /// The element at this place; traps out of bounds.
    package subscript(position: Int) -> RESPValue {
        guard let storage else { preconditionFailure("no element \(position) in an empty aggregate") }
        return storage.values[position]
    }

    /// Recurses as deep as the values are: for values within a limit of some hundreds.
    package static func == (one: RESPElements, other: RESPElements) -> Bool { one.elementsEqual(other) }
}

/// The pairs of a map or of attributes, in the order of the wire: keys may repeat.
package struct RESPPairs: RandomAccessCollection, ExpressibleByArrayLiteral, Equatable, Sendable {
    /// Keys and values in turn.
    fileprivate let storage: RESPStorage?

    /// In this order; keys may repeat, as on the wire.
    package init(_ pairs: [RESPPair]) { self.init(flat: pairs.flatMap { [$0.key, $0.value] }) }
    /// The same, for tests and constants.
    package init(arrayLiteral pairs: RESPPair...) { self.init(pairs) }

    /// Keys and values in turn; traps on a key without a value.
    init(flat values: [RESPValue]) {
        precondition(values.count.isMultiple(of: 2), "a key without a value")
        storage = values.isEmpty ? nil : RESPStorage(values)
    }

    /// Indices count pairs from 0, not the values on the wire.
    package var startIndex: Int { 0 }
    /// How many pairs there are.
    package var endIndex: Int { (storage?.values.count ?? 0) / 2 }
    /// The pair at this place; traps out of bounds. To find a key is the caller's search.
    package subscript(position: Int) -> RESPPair {
        guard let storage else { preconditionFailure("no pair \(position) in an empty aggregate") }
        return RESPPair(storage.values[2 * position], storage.values[2 * position + 1])
    }

    /// Recurses as deep as the values are: for values within a limit of some hundreds.
    package static func == (one: RESPPairs, other: RESPPairs) -> Bool { one.elementsEqual(other) }
}

extension RESPElements: CustomStringConvertible {
    /// For failures of tests; recurses as deep as the values are.
    package var description: String { "\(Array(self))" }
}

extension RESPPairs: CustomStringConvertible {
    /// For failures of tests; recurses as deep as the values are.
    package var description: String { "\(Array(self))" }
}
