// Which publications a subscriber wants, by their tags. Checked once, when the subscriber asks for it; then each publication costs a walk over
// at most `nodesMax` nodes.

/// A filter that was found right.
package struct TagFilter: Sendable {
    /// Nodes of one filter.
    package static let nodesMax = 100
    /// Values that one node compares with.
    package static let valuesMax = 100

    private indirect enum Node: Sendable {
        case and([Node])
        case or([Node])
        case not(Node)
        case compares(key: String, Comparison)
    }

    private enum Comparison: Sendable {
        /// As bytes: texts that only look alike are different texts.
        case isOneOf(Set<[UInt8]>)
        case isNoneOf(Set<[UInt8]>)
        case exists(Bool)
        case starts(String)
        case ends(String)
        case contains(String)
        case isNumber(Relation, Decimal)
    }

    private enum Relation: Sendable { case less, atMost, greater, atLeast }

    private let root: Node

    /// Nil: not a filter.
    package init?(_ description: FilterNode) {
        var nodesLeft = TagFilter.nodesMax
        guard let root = TagFilter.node(description, &nodesLeft) else { return nil }
        self.root = root
    }

    /// Whether a publication with these tags is wanted.
    package func accepts(_ tags: [(key: String, value: String)]) -> Bool { TagFilter.accepts(root, tags) }

    // MARK: Checking the filter

    private static func node(_ description: FilterNode, _ nodesLeft: inout Int) -> Node? {
        guard nodesLeft > 0 else { return nil }
        nodesLeft -= 1
        switch description.operation {
        case "": return comparison(description).map { .compares(key: description.key, $0) }
        case "and": return children(description, &nodesLeft).map(Node.and)
        case "or": return children(description, &nodesLeft).map(Node.or)
        case "not":
            guard let nodes = children(description, &nodesLeft), nodes.count == 1 else { return nil }
            return .not(nodes[0])
        default: return nil
        }
    }

    private static func children(_ description: FilterNode, _ nodesLeft: inout Int) -> [Node]? {
        guard !description.nodes.isEmpty else { return nil }
        var nodes: [Node] = []
        for child in description.nodes {
            guard let node = node(child, &nodesLeft) else { return nil }
            nodes.append(node)
        }
        return nodes
    }

    private static func comparison(_ node: FilterNode) -> Comparison? {
        guard !node.key.isEmpty, node.values.count <= valuesMax else { return nil }
        switch node.comparison {
        case "eq": return .isOneOf([Array(node.value.utf8)])
        case "neq": return .isNoneOf([Array(node.value.utf8)])
        case "in": return node.values.isEmpty ? nil : .isOneOf(Set(node.values.map { Array($0.utf8) }))
        case "nin": return node.values.isEmpty ? nil : .isNoneOf(Set(node.values.map { Array($0.utf8) }))
        case "ex": return .exists(true)
        case "nex": return .exists(false)
        case "sw": return .starts(node.value)
        case "ew": return .ends(node.value)
        case "ct": return .contains(node.value)
        case "lt": return number(node, .less)
        case "lte": return number(node, .atMost)
        case "gt": return number(node, .greater)
        case "gte": return number(node, .atLeast)
        default: return nil
        }
    }

    private static func number(_ node: FilterNode, _ relation: Relation) -> Comparison? {
        Decimal(node.value).map { .isNumber(relation, $0) }
    }

    // MARK: Asking it

    private static func accepts(_ node: Node, _ tags: [(key: String, value: String)]) -> Bool {
        switch node {
        case .and(let nodes): nodes.allSatisfy { accepts($0, tags) }
        case .or(let nodes): nodes.contains { accepts($0, tags) }
        case .not(let node): !accepts(node, tags)
        case .compares(let key, let comparison):
            accepts(comparison, tags.last { $0.key.utf8.elementsEqual(key.utf8) }?.value)
        }
    }

    private static func accepts(_ comparison: Comparison, _ value: String?) -> Bool {
        guard let value else {
            switch comparison {
            case .isNoneOf, .exists(false): return true
            default: return false
            }
        }
        switch comparison {
        case .isOneOf(let values): return values.contains(Array(value.utf8))
        case .isNoneOf(let values): return !values.contains(Array(value.utf8))
        case .exists(let exists): return exists
        case .starts(let text): return value.utf8.starts(with: text.utf8)
        case .ends(let text): return value.utf8.reversed().starts(with: text.utf8.reversed())
        case .contains(let text): return contains(Array(value.utf8), Array(text.utf8))
        case .isNumber(let relation, let limit):
            guard let number = Decimal(value) else { return false }
            switch relation {
            case .less: return number < limit
            case .atMost: return number <= limit
            case .greater: return limit < number
            case .atLeast: return limit <= number
            }
        }
    }

    /// In linear time (Knuth, Morris and Pratt): both are chosen by peers.
    private static func contains(_ text: [UInt8], _ part: [UInt8]) -> Bool {
        guard !part.isEmpty else { return true }
        var fallback = [Int](repeating: 0, count: part.count)
        var matched = 0
        for index in part.indices.dropFirst() {
            while matched > 0, part[index] != part[matched] { matched = fallback[matched - 1] }
            if part[index] == part[matched] { matched += 1 }
            fallback[index] = matched
        }
        matched = 0
        for byte in text {
            while matched > 0, byte != part[matched] { matched = fallback[matched - 1] }
            if byte == part[matched] { matched += 1 }
            if matched == part.count { return true }
        }
        return false
    }
}
