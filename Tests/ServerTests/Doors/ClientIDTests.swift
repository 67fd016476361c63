import Testing

@testable import Server

@Suite("Names that clients give themselves and their channels")
struct ClientIDTests {
    @Test(
        "a client id is visible text of 1 to 64 scalars",
        arguments: [
            "1", "Jürgen", "🐦", String(repeating: "🐦", count: 64), String(repeating: "a", count: 64), "a b", " ",
            "e\u{301}",
            "\u{a0}", "<script>", "a/b", "👩‍👩‍👧", "\u{200e}1",
        ])
    func allowed(_ text: String) { #expect(ClientID.problem(Array(text.utf8)) == nil) }

    @Test(
        "what hides, overrides the direction or breaks the line is refused",
        arguments: [
            "", "\0", "a\n", "a\r", "\t", "\u{1b}", "\u{7f}", "\u{80}", "\u{85}", "\u{9f}", "\u{2028}", "\u{2029}",
            "\u{202a}",
            "\u{202e}", "\u{2066}", "\u{2069}", String(repeating: "a", count: 65),
        ])
    func refused(_ text: String) { #expect(ClientID.problem(Array(text.utf8)) != nil) }

    @Test(
        "bytes that are not UTF-8 are refused",
        arguments: [[0xff], [0xc3], [0xc0, 0xaf], [0xed, 0xa0, 0x80]] as [[UInt8]])
    func notText(_ bytes: [UInt8]) {
        #expect(ClientID.problem(bytes) != nil)
        #expect(ChannelText.problem(bytes) != nil)
    }

    @Test("a channel's name has 1 to 255 bytes and the same exclusions")
    func channels() {
        #expect(ChannelText.problem(Array(String(repeating: "a", count: 255).utf8)) == nil)
        #expect(ChannelText.problem(Array(String(repeating: "a", count: 256).utf8)) != nil)
        #expect(ChannelText.problem(Array(String(repeating: "ü", count: 128).utf8)) != nil)
        #expect(ChannelText.problem([]) != nil)
        #expect(ChannelText.problem(Array("a\u{202e}".utf8)) != nil)
        #expect(ChannelText.problem(Array("room 1/ü".utf8)) == nil)
    }

    @Test("names that look alike are different names: bytes are compared")
    func lookAlikes() {
        #expect(ChannelName("caf\u{e9}") != ChannelName("cafe\u{301}"))
        #expect(!ChannelName("cafe\u{301}").hasPrefix("caf\u{e9}"))
        #expect(ChannelName("rookery.x").hasPrefix("rookery"))
    }

    @Test("the plain door writes the tutorial's bytes")
    func wire() {
        var beginning = PlainBeginning()
        func begins(_ clientID: String, _ slot: UInt32, _ generation: UInt16) -> String {
            let bytes = beginning.of(clientID, Sender(worker: 0, slot: slot, generation: generation))
            return String(decoding: bytes, as: UTF8.self)
        }
        #expect(begins("42", 1, 1) == "Client #42 says: ")
        #expect(begins("42", 1, 1) == "Client #42 says: ")
        #expect(begins("ü", 2, 1) == "Client #ü says: ")
        #expect(begins("next", 2, 2) == "Client #next says: ", "another connection in the same place")
        beginning.forget()
        #expect(begins("another", 2, 2) == "Client #another says: ", "the same number, after somebody left")
        var left: [UInt8] = []
        PlainDoor.left("42", into: &left)
        #expect(String(decoding: left, as: UTF8.self) == "Client #42 left the chat")
        #expect(PlainDoor.channel.bytes == Array("chat_channel".utf8))
    }
}
