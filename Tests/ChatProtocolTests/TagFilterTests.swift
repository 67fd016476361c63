import ChatProtocol
import Testing

@Suite("Filters of publications by their tags")
struct TagFilterTests {
    private func node(
        _ comparison: String, _ key: String = "k", _ value: String = "", _ values: [String] = []
    ) -> FilterNode {
        var node = FilterNode()
        node.comparison = comparison
        node.key = key
        node.value = value
        node.values = values
        return node
    }

    private func inner(_ operation: String, _ nodes: [FilterNode]) -> FilterNode {
        var node = FilterNode()
        node.operation = operation
        node.nodes = nodes
        return node
    }

    private func accepts(_ node: FilterNode, _ value: String?) throws -> Bool {
        try #require(TagFilter(node)).accepts([("other", "x")] + (value.map { [("k", $0)] } ?? []))
    }

    @Test(
        "each comparison, with the tag, with another value and without the tag",
        arguments: [
            // comparison, value, values, a tag that is wanted, one that is not, whether none is wanted
            ("eq", "a", [], "a", "b", false), ("neq", "a", [], "b", "a", true),
            ("in", "", ["a", "b"], "b", "c", false),
            ("nin", "", ["a", "b"], "c", "b", true), ("ex", "", [], "", nil, false), ("nex", "", [], nil, "a", true),
            ("sw", "ab", [], "abc", "a", false), ("ew", "bc", [], "abc", "c", false),
            ("ct", "aab", [], "aaab", "aba", false),
            ("lt", "10", [], "9.5", "10", false), ("lte", "10", [], "10.0", "10.01", false),
            ("gt", "-1", [], "-0.5", "-1", false), ("gte", "1", [], "01", "x1", false),
        ] as [(String, String, [String], String?, String?, Bool)])
    func comparisons(
        _ name: String, _ value: String, _ values: [String], wanted: String?, unwanted: String?, without: Bool
    ) throws {
        let node = node(name, "k", value, values)
        #expect(try accepts(node, wanted))
        #expect(try !accepts(node, unwanted))
        #expect(try accepts(node, nil) == without)
    }

    @Test("numbers are compared as decimals, whatever their length")
    func decimals() throws {
        let ordered = [
            "-9007199254740993", "-9007199254740992", "-0.1", "0", "0.1", "0.10000000000000001", "9", "10", "10.5",
        ]
        for (index, low) in ordered.enumerated() {
            for (other, high) in ordered.enumerated() {
                #expect(try accepts(node("lt", "k", high), low) == (index < other), "\(low) \(high)")
                #expect(try accepts(node("gte", "k", high), low) == (index >= other), "\(low) \(high)")
            }
        }
        #expect(try accepts(node("lte", "k", "-0"), "0.0") && accepts(node("gte", "k", "0"), "-0"))
        for text in ["", "-", ".", "1e3", "0x1", " 1", "1.2.3", "NaN", "１"] {
            #expect(try !accepts(node("gte", "k", "0"), text) && !accepts(node("lt", "k", "0"), text), "\(text)")
            #expect(TagFilter(node("lt", "k", text)) == nil)
        }
    }

    @Test("and, or and not")
    func operations() throws {
        let a = node("ct", "k", "a")
        let b = node("ct", "k", "b")
        #expect(try accepts(inner("and", [a, b]), "ab") && !accepts(inner("and", [a, b]), "a"))
        #expect(try accepts(inner("or", [a, b]), "b") && !accepts(inner("or", [a, b]), "c"))
        #expect(try accepts(inner("not", [inner("or", [a, b])]), "c") && !accepts(inner("not", [a]), "a"))
    }

    @Test("P13 texts that only look alike are different texts")
    func lookAlikes() throws {
        for name in ["eq", "in", "sw", "ew", "ct"] {
            #expect(try !accepts(node(name, "k", "é", ["é"]), "e\u{301}"), "\(name)")
        }
        #expect(try #require(TagFilter(node("ex", "é"))).accepts([("e\u{301}", "1")]) == false)
    }

    @Test("what is no filter is refused")
    func refused() {
        let leaf = node("eq", "k", "a")
        let bad = [
            node("", "k"), node("like", "k"), node("eq", ""), node("in"), node("nin"), inner("xor", [leaf]),
            inner("and", []),
            inner("not", []), inner("not", [leaf, leaf]), inner("or", [leaf, node("like", "k")]),
            inner("or", Array(repeating: leaf, count: TagFilter.nodesMax)),
            node("in", "k", "", (0...TagFilter.valuesMax).map { "\($0)" }),
        ]
        for (number, node) in bad.enumerated() { #expect(TagFilter(node) == nil, "\(number)") }
        #expect(TagFilter(inner("or", Array(repeating: leaf, count: TagFilter.nodesMax - 1))) != nil)
    }
}
