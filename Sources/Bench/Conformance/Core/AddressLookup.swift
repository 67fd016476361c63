// The address of a host by its name, before the first case runs: `ws://server:8080/` is what a CI's containers are called by.

import EventLoop

enum AddressLookup {
    static let patienceMilliseconds = 15_000

    /// The first address of a name. Not on a loop: has one of its own for as long as it takes.
    static func first(_ host: String, port: UInt16) throws(ConformanceProblem) -> SocketAddress {
        let loop = try eventLoop()
        let resolver = Resolver(loop: loop)
        var answer: Resolver.Answer?
        resolver.resolve(host, port: port) { answer = $0 }
        let deadline = Instant.now().adding(milliseconds: patienceMilliseconds)
        while answer == nil, Instant.now() < deadline { loop.turn(waitAtMostMilliseconds: 50) }
        switch answer {
        case .success(let addresses):
            guard let address = addresses.first else { throw ConformanceProblem("\(host): no address") }
            return address
        case .failure(let failure): throw ConformanceProblem("\(failure)")
        case nil: throw ConformanceProblem("\(host): no answer from the name servers")
        }
    }

    private static func eventLoop() throws(ConformanceProblem) -> EventLoop {
        do throws(SystemError) {
            return try EventLoop()
        } catch {
            throw ConformanceProblem("\(error)")
        }
    }
}
