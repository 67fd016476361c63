// Small files that are none: a person may name a pipe, and nobody may be writing to it.
import Glibc
import TestSupport
import Testing

@testable import EventLoop

@Suite("Small files", .ownsWhatItStarts)
struct SmallFileTests {
    @Test(
        "a pipe into which nobody writes is told after a while, also as a file of secrets, and never waited for without end",
        .timeLimit(.minutes(1)))
    func silentPipe() throws {
        let pipe = try TemporaryFolder("pipe").file("pipe")
        #expect(mkfifo(pipe, 0o600) == 0)
        let error = #expect(throws: SystemError.self) { try SmallFile.bytes(pipe, bytesMax: 100, patience: 50) }
        #expect(error?.errno == ETIME)
        #expect(error?.description == "read the file, into which nobody writes: Timer expired")
        #expect(throws: SystemError.self) { try PrivateFile.read(pipe, bytesMax: 100, patience: 50) }
    }

    @Test("a pipe is read until its writer is gone, however late it writes")
    func lateWriter() throws {
        let pipe = try TemporaryFolder("pipe").file("pipe")
        #expect(mkfifo(pipe, 0o600) == 0)
        _ = try ChildProcess("sh", ["-c", "sleep 0.2; { printf one; sleep 0.2; printf two; } > \(pipe)"])
        #expect(try SmallFile.bytes(pipe, bytesMax: 100) == Array("onetwo".utf8))
    }

    @Test("a folder is no file")
    func folder() {
        let error = #expect(throws: SystemError.self) { try SmallFile.bytes("/", bytesMax: 100) }
        #expect(error?.errno == EISDIR)
    }
}
