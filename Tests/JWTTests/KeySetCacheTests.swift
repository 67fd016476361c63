import JWT
import Testing

@Suite("Keys of an issuer, fetched again")
struct KeySetCacheTests {
    private func keys(_ byte: UInt8) throws -> KeySet {
        let secret = [UInt8](repeating: byte, count: 32)
        return try KeySet([try VerificationKey.secret(secret.span, .hs256, identifier: [byte])])
    }

    private func names(_ keys: KeySet?) -> [UInt8]? { keys?.keys.compactMap { $0.identifier?.first } }

    @Test("J4 keys are fetched at once, then when they are old, one request at a time")
    func refresh() throws {
        var cache = KeySetCache()
        #expect(names(cache.keys(now: 0)) == nil)
        var answers = [cache.mustFetch(now: 0)]
        for now: Int64 in [0, 1, 9_999] { answers += [cache.mustFetch(now: now), cache.sawUnknownKey(now: now)] }
        #expect(answers == [true, false, false, false, false, false, false])
        cache.received(try keys(1), now: 9_999)
        #expect(names(cache.keys(now: 10_000)) == [1])
        #expect(cache.nextDeadline == 309_999)
        answers = [cache.mustFetch(now: 309_998), cache.mustFetch(now: 309_999), cache.mustFetch(now: 309_999)]
        #expect(answers == [false, true, false])
        #expect(names(cache.keys(now: 309_999)) == [1], "the old ones hold while new ones are on their way")
        cache.received(try keys(2), now: 310_000)
        #expect(names(cache.keys(now: 310_000)) == [2], "what the new set lacks is gone")
    }

    @Test("J4 10,000 tokens with keys that nobody knows cause one request per cool-down")
    func flood() throws {
        var cache = KeySetCache()
        var requests = cache.mustFetch(now: 0) ? 1 : 0
        cache.received(try keys(1), now: 1)
        for number in 0..<10_000 {
            // One a tenth of a second, 1,000 seconds in all; the issuer answers within 5 ms.
            let now = Int64(number) * 100
            if cache.sawUnknownKey(now: now) {
                requests += 1
                cache.received(try keys(1), now: now + 5)
            }
        }
        #expect(requests == 34)
    }

    @Test("J4 a rotated key is fetched by the first token that names it")
    func rotation() throws {
        var cache = KeySetCache()
        _ = cache.mustFetch(now: 0)
        cache.received(try keys(1), now: 0)
        let answers = [cache.sawUnknownKey(now: 40_000), cache.sawUnknownKey(now: 40_001)]
        #expect(answers == [true, false])
        cache.received(try keys(2), now: 40_020)
        #expect(names(cache.keys(now: 40_020)) == [2])
    }

    @Test("J4 an issuer that fails is asked less and less often, and what is known holds for a day")
    func failures() throws {
        var cache = KeySetCache()
        _ = cache.mustFetch(now: 0)
        cache.received(try keys(1), now: 0)
        var begun: [Int64] = []
        for now in stride(from: Int64(300_000), through: 420_000, by: 500) where cache.mustFetch(now: now) {
            begun.append(now)
            cache.failed(now: now)
        }
        #expect(begun.map { ($0 - 300_000) / 1000 } == [0, 1, 3, 7, 15, 31, 61, 91])
        #expect(names(cache.keys(now: 86_400_000)) == [1])
        #expect(names(cache.keys(now: 86_400_001)) == nil)
    }

    @Test("J4 an issuer that hangs has failed after its time")
    func hanging() throws {
        var cache = KeySetCache()
        let answers = [
            cache.mustFetch(now: 0), cache.mustFetch(now: 9_999), cache.mustFetch(now: 10_000),
            cache.mustFetch(now: 10_999),
            cache.mustFetch(now: 11_000),
        ]
        #expect(answers == [true, false, false, false, true])
        cache.received(try keys(1), now: 11_001)
        #expect(names(cache.keys(now: 11_001)) == [1])
    }
}
