import RESP
import RedisLink
import Testing

@Suite("Addresses of Redis")
struct RedisAddressTests {
    @Test(
        "an address is read as it is written",
        arguments: [
            ("redis://127.0.0.1", "127.0.0.1:6379", 0), ("redis://localhost:7000/3", "localhost:7000", 3),
            ("redis://[::1]:6380/", "[::1]:6380", 0), ("redis://:secret@redis.example", "redis.example:6379", 0),
            ("redis://ann:s%40cret@10.0.0.1:1/15", "10.0.0.1:1", 15),
            ("unix:/run/redis.sock", "unix:/run/redis.sock", 0),
            ("unix:///run/redis.sock", "unix:/run/redis.sock", 0),
        ])
    func reads(text: String, place: String, database: Int) throws {
        let address = try RedisAddress(parsing: text)
        #expect(address.description == place)
        #expect(address.database == database)
    }

    @Test("user and password are percent-decoded, and never shown")
    func credentials() throws {
        let address = try RedisAddress(parsing: "redis://ann:p%40ss%3Aword@host")
        #expect(address.credentials?.user == "ann")
        #expect(address.credentials?.password == Array("p@ss:word".utf8))
        var dumped = ""
        dump(address, to: &dumped)
        for text in ["\(address)", String(reflecting: address), dumped, "\(address.credentials!)"] {
            #expect(!text.contains("word"))
            #expect(!text.contains("112"), "the bytes of the password as numbers")
        }
        #expect(try RedisAddress(parsing: "redis://:x@host").credentials?.user == nil)
    }

    @Test(
        "what is no address is refused in words that hold none of it",
        arguments: [
            "", "127.0.0.1:6379", "http://sekret@host", "rediss://:sekret@host", "redis://sekret@host",
            "redis://:sekret%4@host", "redis://:sekret@", "redis://:sekret@host:0", "redis://:sekret@host:65536",
            "redis://:sekret@host:+1", "redis://:sekret@ho st", "redis://:sekret@host/x", "redis://:sekret@host/-1",
            "redis://:sekret@host?a=b", "redis://:sekret@::1", "unix:relative", "unix:", "redis://",
            "redis://:sekret@[::1",
        ])
    func refuses(text: String) {
        let error = #expect(throws: RedisAddressError.self) { try RedisAddress(parsing: text) }
        #expect(error.map { !"\($0)".contains("sekret") } == true)
    }
}
