import Foundation
import TestSupport
import Testing

@testable import Server

@Suite("Patterns of channel names")
struct ChannelPatternTests {
    @Test("a pattern finds what Python's re finds", .needs(.python), .ownsWhatItStarts, arguments: [1, 2])
    func peer(seed: Int) throws {
        let script = PackageFolder.path("Tests/ServerTests/Rights/Peers/pattern_peer.py")
        let process = try ChildProcess("python3", [script, "\(seed)", "1500"])
        #expect(process.waitForExit(seconds: 60) == .exited(0))
        var found = 0
        var lines = 0
        for line in process.output.split(separator: "\n") {
            let row = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [Any])
            let text = try #require(row[0] as? String)
            let names = try #require(row[1] as? [String])
            let expected = try #require(row[2] as? [Bool])
            let pattern = try ChannelPattern(text)
            let matches = names.map(pattern.matches)
            #expect(matches == expected, "\(text) in \(names)")
            found += matches.count { $0 }
            lines += 1
        }
        #expect(lines == 1_500 && found > 3_000 && found < 15_000)
    }

    @Test(
        "what is not supported, or no pattern, is refused with the place",
        arguments: [
            ("(", 1), ("a)", 2), ("[a", 1), ("[]", 1), ("*", 1), ("a|+", 3), ("a**", 3), ("a+?", 3), ("a{2}{3}", 5),
            ("{", 1),
            ("a{", 2), ("a{x}", 2), ("a{2", 2), ("a{3,2}", 2), ("a{256}", 2), ("(?=a)", 1), ("(?<n>a)", 1),
            ("(?i)a", 1),
            ("\\1", 1), ("\\b", 1), ("\\pL", 1), ("a\\", 2), ("[z-a]", 2), ("[[:alpha:]]", 2), ("((a{200}){200})", 1),
            (String(repeating: "(", count: 40), 33),
        ])
    func refused(_ text: String, _ character: Int) {
        #expect {
            _ = try ChannelPattern(text)
        } throws: {
            ($0 as? ChannelPattern.Problem)?.offset == character - 1
        }
    }

    @Test("patterns that take others exponential time take a name's length times their states")
    func cost() throws {
        let name = String(repeating: "a", count: 255)
        for text in ["^(a*)*b$", "^(a+)+$b", "^(a|a)*b", "^(a|aa)+b$", "(x+x+)+y", "^((a{1,20}){1,10})*b$"] {
            // Backtracking would not end.
            #expect(try !ChannelPattern(text).matches(name), "\(text)")
        }
    }
}
