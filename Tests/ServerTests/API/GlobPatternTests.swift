import Testing

@testable import Server

@Suite("HTTP API, patterns of channels")
struct GlobPatternTests {
    @Test(
        "a pattern takes the whole name",
        arguments: [
            ("*", ["", "a", "a:b#c", "é\n"], []), ("room:*", ["room:", "room:1"], ["room", "aroom:1", "Room:1"]),
            ("?", ["a", "é", ":"], ["", "ab"]), ("[abc]x", ["ax", "cx"], ["dx", "abx", "x"]),
            ("[a-c1-3]", ["a", "b", "3"], ["d", "0", "-"]), ("[!a-c]", ["d", "-", "!"], ["a", "", "dd"]),
            ("[]a]", ["]", "a"], ["", "]a"]), ("[a-]", ["a", "-"], ["b"]), ("[-a]", ["a", "-"], ["b"]),
            ("{x,yz}*", ["x", "yz", "xa"], ["y", "z", ""]), ("a{b{c,d},e}", ["abc", "abd", "ae"], ["ab", "abce"]),
            ("{,a}b", ["b", "ab"], ["aab"]), ("a,b}", ["a,b}"], ["a", "b"]), (#"\*\?\[\{"#, ["*?[{"], ["a?[{"]),
            (#"\\"#, [#"\"#], [#"\\"#]), ("a.b+c(d)|^$", ["a.b+c(d)|^$"], ["axb+c(d)|^$", "a.bbc(d)|^$"]),
            ("**", ["", "x"], []), (#"[\]\\]"#, ["]", #"\"#], ["a"]), ("[a^]", ["^", "a"], ["b"]),
        ] as [(String, [String], [String])])
    func matches(_ pattern: String, _ taken: [String], _ refused: [String]) throws {
        let glob = try GlobPattern(pattern)
        for name in taken { #expect(glob.matches(name), "\(pattern) takes \(name)") }
        for name in refused { #expect(!glob.matches(name), "\(pattern) refuses \(name)") }
    }

    @Test(
        "what is no pattern is told",
        arguments: ["[a", "[", "[]", "{a", "{a,b", #"a\"#, #"[\"#, "[z-a]", String(repeating: "a", count: 257)])
    func wrong(_ pattern: String) {
        #expect(throws: GlobPattern.Problem.self) { try GlobPattern(pattern) }
    }

    @Test("H10 patterns made to be slow are matched in time linear in the name, or refused")
    func hostile() throws {
        let patterns = try ["*a*a*a*a*a*a*a*a*a*a*a*a*b", "{a,a,a,a}*{a,a,a,a}*{a,a,a,a}*b"].map { try GlobPattern($0) }
        let name = String(repeating: "a", count: 255)
        let time = ContinuousClock().measure {
            for pattern in patterns { #expect(!pattern.matches(name)) }
        }
        #expect(time < .seconds(2))
        #expect(throws: GlobPattern.Problem.self) {
            try GlobPattern(String(repeating: "{", count: 100) + String(repeating: "}", count: 100))
        }
    }
}
