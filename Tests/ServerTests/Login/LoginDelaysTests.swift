// How long one waits after wrong passwords, and who waits for the thread: both as functions of time.
import EventLoop
import Testing

@testable import Server

@Suite("Waiting after wrong passwords")
struct LoginDelaysTests {
    private let start = Instant(nanoseconds: 9_000_000_000_000)
    private let one = IPAddress("10.0.0.1") ?? .any
    private let two = IPAddress("10.0.0.2") ?? .any

    private func key(_ user: String, _ address: IPAddress) -> LoginKey { LoginKey(address, Array(user.utf8)) }

    @Test("P15 nothing after the first, then a second, doubled to thirty, and never more")
    func doubling() {
        #expect((0...9).map(LoginDelays.seconds(after:)) == [0, 0, 1, 2, 4, 8, 16, 30, 30, 30])
        #expect(LoginDelays.seconds(after: .max) == 30)
        var delays = LoginDelays()
        var now = start
        for wanted in [0, 1, 2, 4, 8, 16, 30, 30] {
            delays.failed(key("ann", one), now: now)
            #expect(delays.secondsToWait(key("ann", one), now: now) == wanted)
            #expect(delays.secondsToWait(key("ann", two), now: now) == 0, "another address waits for nothing")
            #expect(delays.secondsToWait(key("bob", one), now: now) == 0, "and neither does another name")
            guard wanted > 0 else { continue }
            #expect(delays.secondsToWait(key("ann", one), now: now.adding(milliseconds: 1_000 * wanted - 1)) == 1)
            now = now.adding(milliseconds: 1_000 * wanted)
            #expect(delays.secondsToWait(key("ann", one), now: now) == 0, "nobody is locked out")
        }
    }

    @Test("the right password forgives, and so does a quarter of an hour")
    func forgiving() {
        var delays = LoginDelays()
        for _ in 0..<9 { delays.failed(key("ann", one), now: start) }
        delays.succeeded(key("ann", one))
        #expect(delays.secondsToWait(key("ann", one), now: start) == 0 && delays.count == 0)
        for _ in 0..<9 { delays.failed(key("ann", one), now: start) }
        let later = start.adding(milliseconds: LoginDelays.forgottenMilliseconds)
        delays.failed(key("ann", one), now: later)
        #expect(delays.secondsToWait(key("ann", one), now: later) == 0, "it counts as the first")
    }

    @Test("P15 the table is bounded; who is worked on stays in it")
    func bounded() {
        var delays = LoginDelays(capacity: 100)
        for _ in 0..<5 { delays.failed(key("ann", one), now: start) }
        for number in 0..<1_000 { delays.failed(key("u\(number)", one), now: start.adding(milliseconds: number)) }
        #expect(delays.count <= 100)
        #expect(delays.secondsToWait(key("ann", one), now: start) == 8)
        let later = start.adding(milliseconds: LoginDelays.forgottenMilliseconds + 2_000)
        delays.failed(key("new", one), now: later)
        #expect(delays.count == 1, "what is forgotten makes room first")
    }

    @Test("P13 names are bytes; an IPv6 network is one address")
    func keys() {
        #expect(key("\u{e9}", one) != key("e\u{301}", one) && key("a", one) == key("a", one))
        let network = ["2001:db8::1", "2001:db8::ffff"].compactMap { IPAddress($0) }.map { key("a", $0) }
        #expect(network.count == 2 && network[0] == network[1])
    }

    @Test("one is tried and sixteen wait; the next is told that it is full")
    func places() {
        var queue = LoginQueue()
        for number in 0..<17 {
            let address = BucketKey(user: "address \(number)")
            #expect(queue.enter(key("u\(number)", one), address, now: start) == .taken, "\(number)")
        }
        #expect(queue.enter(key("u17", one), BucketKey(user: "address 17"), now: start) == .full)
        queue.leave(key("u3", one), BucketKey(user: "address 3"), isRight: true, now: start)
        #expect(queue.enter(key("u17", one), BucketKey(user: "address 17"), now: start) == .taken)
        #expect(queue.enter(key("u18", one), BucketKey(user: "address 18"), now: start) == .full)
    }

    @Test("an address has four places, and tries a name once at a time: nobody tries more by asking at the same time")
    func perAddress() {
        var queue = LoginQueue()
        let address = BucketKey(address: one)
        #expect(queue.enter(key("ann", one), address, now: start) == .taken)
        #expect(queue.enter(key("ann", one), address, now: start) == .wait(1))
        for user in ["b", "c", "d"] { #expect(queue.enter(key(user, one), address, now: start) == .taken) }
        #expect(queue.enter(key("e", one), address, now: start) == .wait(1))
        #expect(queue.enter(key("ann", two), BucketKey(address: two), now: start) == .taken)
        queue.leave(key("b", one), address, isRight: false, now: start)
        #expect(queue.enter(key("e", one), address, now: start) == .taken)
        // Wrong ones delay; what nobody could find out does not.
        queue.leave(key("ann", one), address, isRight: false, now: start)
        #expect(queue.enter(key("ann", one), address, now: start) == .taken)
        queue.leave(key("ann", one), address, isRight: false, now: start)
        #expect(queue.enter(key("ann", one), address, now: start) == .wait(1))
        let later = start.adding(milliseconds: 1_000)
        #expect(queue.enter(key("ann", one), address, now: later) == .taken)
        queue.leave(key("ann", one), address, isRight: nil, now: later)
        #expect(queue.enter(key("ann", one), address, now: later) == .taken)
    }
}
