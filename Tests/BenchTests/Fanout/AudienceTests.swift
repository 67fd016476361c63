import Testing

@testable import Bench

@Suite("Who of the load gets what")
struct AudienceTests {
    @Test("every node has subscribers of every channel, and every subscriber is of one thread")
    func spread() {
        let audience = Audience(subscribers: 120, publishers: 7, channels: 4, urls: 2, threads: 5)
        for url in 0..<2 {
            for channel in 0..<4 {
                let count = (0..<120).filter { audience.url(of: $0) == url && audience.channel(of: $0) == channel }
                    .count
                #expect(count == 15)
            }
        }
        #expect((0..<5).flatMap { audience.subscribers(ofThread: $0) }.sorted() == Array(0..<120))
        #expect((0..<5).flatMap { audience.publishers(ofThread: $0) }.sorted() == Array(0..<7))
    }

    @Test("a publisher's rank is its place among those of its channel")
    func ranks() {
        let audience = Audience(subscribers: 10, publishers: 7, channels: 3, urls: 1, threads: 1)
        #expect(audience.ranks().ranks == [0, 0, 0, 1, 1, 1, 2])
        #expect(audience.ranks().perChannel == [3, 2, 2])
    }
}
