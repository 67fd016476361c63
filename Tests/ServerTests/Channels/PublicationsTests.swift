// What is published in one receive, on its way: whole or in a batch, nothing is lost, mixed or put in another order.
import Testing

@testable import Server

@Suite("Publications on their way")
struct PublicationsTests {
    private let bytes = Array("..one..two3....".utf8)
    private let places = [2..<5, 7..<10, 10..<11, 15..<15]

    private func texts(behind beginning: String) -> [String] {
        var texts: [String] = []
        Publications(
            beginning: Array(beginning.utf8).span, bytes: bytes.span, places: places.span, areUTF8: true
        ).forEach { texts.append(text($0)) }
        return texts
    }

    @Test("each payload is lent in one piece, behind its beginning")
    func pieces() {
        #expect(texts(behind: "") == ["one", "two", "3", ""])
        #expect(texts(behind: "A: ") == ["A: one", "A: two", "A: 3", "A: "])
    }

    @Test("a batch keeps the order, whose they are and whether they are known to be text")
    func batch() {
        var batch = PublishBatch(channel: ChannelName("a"))
        let beginning = Array("A: ".utf8)
        let first = Sender(worker: 1, slot: 2, generation: 3)
        batch.append(
            Publications(beginning: beginning.span, bytes: bytes.span, places: places.span, areUTF8: true), from: first)
        Publications.one([0xff].span, isUTF8: false) { batch.append($0, from: nil) }
        Publications.one(Array("left".utf8).span, isUTF8: true) { batch.append($0, from: nil) }
        var parts: [String] = []
        batch.forEach { publications, sender in
            var words: [String] = []
            publications.forEach { words.append($0.count == 1 && $0[0] == 0xff ? "ff" : text($0)) }
            let kind = publications.areUTF8 ? "text" : "bytes"
            parts.append("\(sender.map { "\($0.slot)" } ?? "-") \(kind) \(words.joined(separator: "|"))")
        }
        #expect(parts == ["2 text A: one|A: two|A: 3|A: ", "- bytes ff", "- text left"])
        #expect(batch.byteCount == 3 * 4 + 7 + 1 + 4)
    }
}
