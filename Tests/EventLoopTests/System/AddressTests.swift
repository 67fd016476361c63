import EventLoop
import Testing

@Suite("Addresses: RFC 4291 §2.2 reading, RFC 5952 §4 writing")
struct AddressTests {
    @Test(
        "an address is read and written in its shortest form",
        arguments: [
            // RFC 5952 §1 and §4, RFC 4291 §2.2; the canonical forms as Python's ipaddress module writes them.
            ("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
            ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("2001:DB8::1", "2001:db8::1"),
            ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("2001:0db8:0:0:0:0:2:1", "2001:db8::2:1"),
            ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("2001:db8::0:1:1:1:1", "2001:db8::1:1:1:1"),
            ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("1::3:4:5:6:7:8", "1:0:3:4:5:6:7:8"),
            ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
            ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"), ("::1.2.3.4", "::102:304"),
            // One key for a client, whatever the family of its socket.
            ("::ffff:10.1.2.3", "10.1.2.3"),
        ])
    func canonical(_ text: String, _ expected: String) {
        #expect(IPAddress(text)?.description == expected)
    }

    @Test(
        "what is no address is refused",
        arguments: [
            "", "1", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "1.2.3.-4", "1.2.3.4 ", "+1.2.3.4", "1..2.3", ":",
            ":::",
            "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "::g", "1:2:3:4:5:6:7:8:", ":1:2:3:4:5:6:7:8",
            "1:2:3:4:5:6:7::8", "::1%eth0", "[::1]", "::1.2.3", "1.2.3.4::", "::1.2.3.4:5", "1:2:3:4:5:6:7:1.2.3.4",
            "localhost",
            "::ffff:1.2.3.4.5", "1:", "٣.1.1.1",
        ])
    func refused(_ text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test("loopback is 127.0.0.0/8 and ::1, mapped or not")
    func loopback() {
        for text in ["127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1"] { #expect(IPAddress(text)!.isLoopback) }
        for text in ["128.0.0.1", "0.0.0.0", "::", "::2", "::7f00:1", "10.0.0.1"] {
            #expect(!IPAddress(text)!.isLoopback)
        }
        #expect(IPAddress("::")!.isAny && IPAddress("0.0.0.0")!.isAny && !IPAddress("::1")!.isAny)
    }

    @Test("a block holds the addresses that share its prefix")
    func blocks() throws {
        let block = try CIDR(parsing: "10.128.0.0/9")
        #expect(block.contains(IPAddress("10.128.0.0")!) && block.contains(IPAddress("10.255.255.255")!))
        #expect(!block.contains(IPAddress("10.127.255.255")!) && !block.contains(IPAddress("::a80:0")!))
        #expect(block.description == "10.128.0.0/9")
        #expect(try CIDR(parsing: "0.0.0.0/0").contains(IPAddress("203.0.113.9")!))
        #expect(try !CIDR(parsing: "0.0.0.0/0").contains(IPAddress("2001:db8::1")!))
        #expect(try CIDR(parsing: "::/0").contains(IPAddress("2001:db8::1")!))
        #expect(try CIDR(parsing: "fd00::/8").contains(IPAddress("fdff::1")!))
        #expect(try !CIDR(parsing: "2001:db8:0:1::/64").contains(IPAddress("2001:db8:0:2::")!))
        #expect(try CIDR(parsing: "2001:db8::/65").contains(IPAddress("2001:db8::7fff:1:2:3")!))
        #expect(try !CIDR(parsing: "2001:db8::/65").contains(IPAddress("2001:db8::8000:1:2:3")!))
        #expect(try CIDR(parsing: "192.0.2.1").contains(IPAddress("192.0.2.1")!))
        #expect(try CIDR(parsing: "::1").description == "::1/128")
    }

    @Test(
        "what is no block is refused, with what is expected instead",
        arguments: [
            "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/08", "10.0.0.1/8", "::1/127", "x/8", "10.0.0.0/8/9",
            "/8",
        ])
    func wrongBlocks(_ text: String) {
        #expect(throws: AddressError.self) { try CIDR(parsing: text) }
    }

    @Test("a place to listen is read as people write it")
    func places() throws {
        #expect(try ListenAddress(parsing: "127.0.0.1:8000").address == .internet(.loopback, port: 8000))
        #expect(try ListenAddress(parsing: "localhost:0").address == .internet(.loopback, port: 0))
        #expect(try ListenAddress(parsing: "[::1]:8000").address == .internet(.loopback6, port: 8000))
        #expect(try ListenAddress(parsing: "unix:/run/x.sock").address == .unix("/run/x.sock"))
        #expect(try ListenAddress(parsing: "[::1]:8000").description == "[::1]:8000")
        #expect(try ListenAddress(parsing: "unix:/run/x.sock").isLoopback)
        #expect(try ListenAddress(parsing: "[::1]:80").isLoopback)
        #expect(try !ListenAddress(parsing: "0.0.0.0:80").isLoopback)
    }

    @Test(
        "a place that cannot be listened on is refused, with what is expected instead",
        arguments: [
            "8000", ":8000", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:+1", "127.0.0.1:0x50", "::1:8000",
            "[::1]",
            "[127.0.0.1]:80", "[::1:80", "example.org:80", "unix:", "unix:" + String(repeating: "a", count: 108),
            "127.0.0.1:8000 ",
            "unix:/a\0b",
        ])
    func wrongPlaces(_ text: String) {
        #expect(throws: AddressError.self) { try ListenAddress(parsing: text) }
    }
}
