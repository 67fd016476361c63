import Testing

@testable import Bench

@Suite("Loads of a comparison")
struct CompareLoadTests {
    @Test(
        "a load is what fanout is told, with a name for people",
        arguments: [
            ("subscribers=1000 rate=100", "paced 1,000 × 100/s", ["--subscribers", "1000", "--rate", "100"]),
            (
                "subscribers=10000 rate=5 duration=3s", "paced 10,000 × 5/s",
                ["--subscribers", "10000", "--rate", "5", "--duration", "3s"]
            ),
            (
                "subscribers=10 window=256", "saturated 10 × 256 outstanding",
                ["--subscribers", "10", "--window", "256"]
            ),
            ("", "paced 1,000 × 100/s", []),
            ("subscribers=1000000 idle", "idle 1,000,000", ["--subscribers", "1000000", "--idle"]),
            (
                "rate=2500 size=1024 deflate", "paced 1,000 × 2,500/s, size 1024, deflate",
                ["--rate", "2500", "--size", "1024", "--deflate"]
            ),
            ("label='one hot room' rate=1", "one hot room", ["--rate", "1"]),
            (
                "subscribe='{\"a\"=1}' rate=0.5", "paced 1,000 × 0.5/s, subscribe {\"a\"=1}",
                ["--subscribe", "{\"a\"=1}", "--rate", "0.5"]
            ),
        ])
    func loads(text: String, label: String, arguments: [String]) throws {
        // Nothing said: fanout's own defaults.
        let load = try CompareLoad(text.isEmpty ? "label='paced 1,000 × 100/s'" : text)
        #expect(load.label == label)
        #expect(load.arguments == arguments)
    }

    @Test(
        "what is none is refused with its reason",
        arguments: [
            ("", "--load: the command is empty"),
            ("--rate=5", "--load --rate=5: expected name=value, for example subscribers=1000"),
            ("=5", "--load =5: expected name=value, for example subscribers=1000"),
            ("rate=5 json=x", "--load json=x: json is not part of a load"),
            ("rate='5", "--load: a single quote has no end in: rate='5"),
        ])
    func wrong(text: String, problem: String) {
        #expect(throws: CompareLoad.Problem(description: problem)) { try CompareLoad(text) }
    }
}
