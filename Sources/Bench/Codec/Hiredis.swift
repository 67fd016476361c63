// hiredis as a yardstick: the decoder of the usual client library, loaded where it is installed. It builds an object for each value and copies its
// strings, so part of the ratio is that we do not: say so beside the figure. Versions before 1.0 do not know pushes; they
// get the same message as an array, which differs in the first byte only.
//
// Unsafe code, because functions of another program are called through their addresses; their types are those of its read.h.

/// Safe to use: the addresses belong to functions of these types, and the library stays loaded.
@safe struct Hiredis {
    static let name = "hiredis"
    /// The client library reads the socket in pieces of this size, and discards what it has read within them.
    private static let pieceBytes = 16 << 10

    private typealias Create = @convention(c) () -> UnsafeMutableRawPointer?
    private typealias Free = @convention(c) (UnsafeMutableRawPointer?) -> Void
    private typealias Feed = @convention(c) (UnsafeMutableRawPointer?, UnsafeRawPointer?, Int) -> Int32
    private typealias GetReply =
        @convention(c) (UnsafeMutableRawPointer?, UnsafeMutablePointer<UnsafeMutableRawPointer?>?) -> Int32

    private let create: Create
    private let free: Free
    private let feed: Feed
    private let getReply: GetReply
    private let freeReply: Free

    private init?() {
        let names = ["1.3.0", "1.2.0", "1.1.0", "1.0.0", "0.14", "1"].map { "libhiredis.so.\($0)" }
        guard let library = SharedLibrary(["libhiredis.so"] + names),
            let create = unsafe library.function("redisReaderCreate", as: Create.self),
            let free = unsafe library.function("redisReaderFree", as: Free.self),
            let feed = unsafe library.function("redisReaderFeed", as: Feed.self),
            let getReply = unsafe library.function("redisReaderGetReply", as: GetReply.self),
            let freeReply = unsafe library.function("freeReplyObject", as: Free.self)
        else { return nil }
        unsafe self.create = create
        unsafe self.free = free
        unsafe self.feed = feed
        unsafe self.getReply = getReply
        unsafe self.freeReply = freeReply
    }

    /// Decodes the same publications. `stream` makes them with a type byte.
    static func yardstick(stream: (Character) -> (bytes: [UInt8], count: Int), payloadBytes: Int) -> Yardstick {
        guard let hiredis = Hiredis() else { return Yardstick(name: name, pass: nil) }
        var (bytes, count) = stream(">")
        if hiredis.decode(bytes) != count { (bytes, count) = stream("*") }
        let known = bytes
        return Yardstick(name: name) { hiredis.decode(known) }
    }

    /// How many replies stand in `bytes`, before the first that it cannot read.
    private func decode(_ bytes: [UInt8]) -> Int {
        let reader = unsafe create()
        var count = 0
        unsafe bytes.withUnsafeBytes { buffer in
            var start = 0
            while start < buffer.count {
                let end = min(start + Hiredis.pieceBytes, buffer.count)
                let piece = unsafe UnsafeRawBufferPointer(rebasing: buffer[start..<end])
                guard unsafe feed(reader, piece.baseAddress, piece.count) == 0 else { return }
                start = end
                var reply: UnsafeMutableRawPointer?
                while true {
                    guard unsafe getReply(reader, &reply) == 0 else { return }
                    guard let found = unsafe reply else { break }
                    unsafe freeReply(found)
                    unsafe reply = nil
                    count += 1
                }
            }
        }
        unsafe free(reader)
        return count
    }
}
