// zlib as a yardstick: raw DEFLATE streams (RFC 1951), one for each message, as without context takeover. Its state is kept and reset, as
// ours is. Unsafe code, because functions of another program are called through their addresses; types and offsets are those of its
// zlib.h on a 64-bit machine.

/// Safe to use: the stream is of the size that zlib is told, its two buffers outlive each call, and their counts are theirs.
@safe final class Zlib {
    static let name = "zlib"

    private typealias Stream = UnsafeMutableRawPointer
    private typealias InitInflate = @convention(c) (Stream?, Int32, UnsafePointer<CChar>?, Int32) -> Int32
    private typealias InitDeflate =
        @convention(c) (
            Stream?, Int32, Int32, Int32, Int32, Int32, UnsafePointer<CChar>?, Int32
        ) -> Int32
    private typealias Run = @convention(c) (Stream?, Int32) -> Int32
    private typealias Reset = @convention(c) (Stream?) -> Int32
    private typealias Version = @convention(c) () -> UnsafePointer<CChar>?

    private static let streamBytes = 112
    private static let nextIn = 0
    private static let availableIn = 8
    private static let nextOut = 24
    private static let availableOut = 32
    private static let totalOut = 40
    /// Z_FINISH: all input is there.
    private static let finish: Int32 = 4
    /// Z_STREAM_END
    private static let streamEnd: Int32 = 1
    /// Negative: a raw stream, without zlib's own header and checksum.
    private static let windowBits: Int32 = -15

    private let stream: Stream
    private let run: Run
    private let reset: Reset

    /// Nil when the library is not there.
    static func inflating() -> Zlib? {
        guard let library = SharedLibrary(["libz.so.1"]),
            let start = unsafe library.function("inflateInit2_", as: InitInflate.self),
            let run = unsafe library.function("inflate", as: Run.self),
            let reset = unsafe library.function("inflateReset", as: Reset.self),
            let version = unsafe library.function("zlibVersion", as: Version.self)
        else { return nil }
        let zlib = unsafe Zlib(run: run, reset: reset)
        return unsafe start(zlib.stream, windowBits, version(), Int32(streamBytes)) == 0 ? zlib : nil
    }

    static func deflating(level: Int) -> Zlib? {
        guard let library = SharedLibrary(["libz.so.1"]),
            let start = unsafe library.function("deflateInit2_", as: InitDeflate.self),
            let run = unsafe library.function("deflate", as: Run.self),
            let reset = unsafe library.function("deflateReset", as: Reset.self),
            let version = unsafe library.function("zlibVersion", as: Version.self)
        else { return nil }
        let zlib = unsafe Zlib(run: run, reset: reset)
        // 8: the only method; 8: zlib's own default of memory; 0: its default strategy.
        let isStarted = unsafe start(
            zlib.stream, Int32(level), 8, windowBits, 8, 0, version(), Int32(streamBytes))
        return isStarted == 0 ? zlib : nil
    }

    private init(run: @escaping Run, reset: @escaping Reset) {
        unsafe stream = .allocate(byteCount: Zlib.streamBytes, alignment: 16)
        unsafe stream.initializeMemory(as: UInt8.self, repeating: 0, count: Zlib.streamBytes)
        unsafe self.run = run
        unsafe self.reset = reset
    }

    /// What zlib holds besides is freed with the process: yardsticks live as long as it.
    deinit { unsafe stream.deallocate() }

    /// One whole message into `output`; how many bytes came out, or nil when it was not whole or not valid.
    func convert(_ input: [UInt8], into output: inout [UInt8]) -> Int? {
        guard unsafe reset(stream) == 0 else { return nil }
        let result = unsafe input.withUnsafeBytes { from in
            unsafe output.withUnsafeMutableBytes { to in
                unsafe stream.storeBytes(of: from.baseAddress, toByteOffset: Zlib.nextIn, as: UnsafeRawPointer?.self)
                unsafe stream.storeBytes(of: UInt32(from.count), toByteOffset: Zlib.availableIn, as: UInt32.self)
                unsafe stream.storeBytes(
                    of: to.baseAddress, toByteOffset: Zlib.nextOut, as: UnsafeMutableRawPointer?.self)
                unsafe stream.storeBytes(of: UInt32(to.count), toByteOffset: Zlib.availableOut, as: UInt32.self)
                return unsafe run(stream, Zlib.finish)
            }
        }
        guard result == Zlib.streamEnd else { return nil }
        return unsafe stream.load(fromByteOffset: Zlib.totalOut, as: Int.self)
    }
}
