import EventLoop
import Testing
import WSProtocol

@testable import Server

@Suite("Who may speak to the server")
struct AccessPolicyTests {
    private func policy(_ change: (inout Configuration) -> Void = { _ in }) throws -> AccessPolicy {
        var configuration = Configuration()
        change(&configuration)
        return try AccessPolicy(configuration, listening: configuration.listen)
    }

    private func head(_ fields: String) throws -> RequestHead {
        var search = HeadSearch()
        let text = "GET / HTTP/1.1\r\n\(fields)\r\n"
        let parsed = try RequestHead.parse(Array(text.utf8).span, search: &search, limits: HTTPLimits())
        return try #require(parsed).head
    }

    @Test("W11 the address a server listens on is one of its names")
    func listeningAddress() throws {
        let policy = try policy { $0.listen = [try! ListenAddress(parsing: "192.0.2.7:8000")] }
        try policy.check(head("Host: 192.0.2.7:8000\r\n"))
        try policy.check(head("Host: localhost\r\n"))
        #expect(throws: HTTPRefusal.self) { try policy.check(head("Host: 192.0.2.8:8000\r\n")) }
    }

    @Test(
        "W11 an origin that is no origin is a wrong setting",
        arguments: [
            "chat.example.org", "https://", "https://a/b", "https://a/", "*", "", "https://*.example.org", "Null",
        ])
    func badOrigins(_ origin: String) {
        #expect(throws: SettingProblem.self) { try policy { $0.allowedOrigins = [origin] } }
    }

    @Test(
        "H11 the client is the first address from the right that no trusted proxy vouches for",
        arguments: [
            ("", "127.0.0.1"), ("X-Forwarded-For: 1.1.1.1\r\n", "1.1.1.1"),
            ("X-Forwarded-For: 6.6.6.6, 1.1.1.1\r\n", "1.1.1.1"),
            ("X-Forwarded-For: 6.6.6.6, 1.1.1.1, 10.1.2.3\r\n", "1.1.1.1"),
            ("X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 1.1.1.1\r\n", "1.1.1.1"),
            ("X-Forwarded-For: [2001:db8::1]:99\r\n", "2001:db8::1"), ("X-Forwarded-For: unknown\r\n", "127.0.0.1"),
            ("X-Forwarded-For: 1.1.1.1, junk\r\n", "127.0.0.1"), ("X-Forwarded-For: 10.0.0.1\r\n", "10.0.0.1"),
        ])
    func client(_ fields: String, _ client: String) throws {
        let policy = try policy {
            $0.isOpen = true
            $0.trustedProxies = [try! CIDR(parsing: "127.0.0.0/8"), try! CIDR(parsing: "10.0.0.0/8")]
        }
        let head = try head("Host: x\r\n" + fields)
        #expect(policy.clientAddress(peer: .loopback, head) == IPAddress(client))
        #expect(policy.clientAddress(peer: IPAddress("9.9.9.9")!, head) == IPAddress("9.9.9.9"))
    }

    @Test("H11 an IPv4 proxy that arrives as mapped IPv6 is the same proxy")
    func mapped() throws {
        let policy = try policy { $0.trustedProxies = [try! CIDR(parsing: "10.0.0.0/8")] }
        #expect(policy.isTrustedProxy(IPAddress("::ffff:10.1.1.1")!))
        #expect(!policy.isTrustedProxy(IPAddress("11.0.0.1")!))
    }
}
