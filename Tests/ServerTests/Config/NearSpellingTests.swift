import Testing

@testable import Server

@Suite("Near spellings")
struct NearSpellingTests {
    @Test(
        "slips of a finger",
        arguments: [
            ("presense", "presence"), ("history-size", "history_size"), ("histroy_ttl", "history_ttl"),
            ("pres", "presence"), ("force_recover", "force_recovery"),
        ])
    func near(_ text: String, _ name: String) {
        #expect(NearSpelling.of(text, among: NamespaceSetting.all.map(\.name)) == name)
    }

    @Test(
        "nothing is near to what is far, empty or endless",
        arguments: ["", "xyzzy", String(repeating: "p", count: 100_000)])
    func far(_ text: String) { #expect(NearSpelling.of(text, among: NamespaceSetting.all.map(\.name)) == nil) }

    @Test("an exchange of neighbours is one slip")
    func exchange() {
        #expect(NearSpelling.distance(Array("abcd".utf8), Array("acbd".utf8)) == 1)
        #expect(NearSpelling.distance(Array("kitten".utf8), Array("sitting".utf8)) == 3)
        #expect(NearSpelling.distance([], Array("abc".utf8)) == 3)
    }
}
