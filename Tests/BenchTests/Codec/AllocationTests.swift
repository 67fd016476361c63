// What must not allocate does not, counted by Glibc's own trace of the program as it is built.
import Foundation
import TestSupport
import Testing

@testable import Bench

@Suite("Allocations of the hot paths")
struct AllocationTests {
    /// A sanitizer brings a malloc of its own, which Glibc cannot trace.
    private static let canTrace = ProcessInfo.processInfo.environment["ASAN_OPTIONS"] == nil

    @Test(
        "no message costs an allocation: pushes of Redis, frames, UTF-8, unmasking",
        .enabled(if: canTrace, "a sanitizer's malloc cannot be traced"),
        arguments: [
            "resp-push", "ws-text-16", "ws-text-128", "ws-text-4k", "ws-encode-128", "unmask-4k", "unmask-64k",
            "utf8-ascii-128", "utf8-ascii-64k", "utf8-mixed-128", "utf8-mixed-64k", "utf8-pieces",
        ])
    func none(row: String) throws {
        let program = try #require(BenchBinary.path, "rookery-bench is not built")
        #expect(try #require(AllocationCounter.count([row], program: program)[row]) == 0)
    }

    @Test(
        "what does allocate is counted, each time",
        .enabled(if: canTrace, "a sanitizer's malloc cannot be traced"))
    func some() throws {
        let program = try #require(BenchBinary.path, "rookery-bench is not built")
        let counts = AllocationCounter.count(["sha1-60", "base64-encode", "resp-push"], program: program)
        // 64 digests a pass, each an array.
        #expect(try #require(counts["sha1-60"]) >= 64)
        #expect(try #require(counts["base64-encode"]) >= 1)
        #expect(counts["resp-push"] != nil)
        #expect(counts.count == 3)
    }

    @Test("a program that cannot be traced gives no counts, and a strange path is not handed to a shell")
    func untraceable() {
        #expect(AllocationCounter.count(["resp-push"], program: "/bin/true").isEmpty)
        #expect(AllocationCounter.count(["resp-push"], program: "/bin/echo row x; echo = Start;").isEmpty)
        #expect(AllocationCounter.count(["x; echo row x; echo = Start;"], program: "/bin/echo").isEmpty)
    }

    @Test("a trace is counted row by row: new places and moved ones, not those given back")
    func trace() {
        // As mtrace(3) and the mtrace script of Glibc 2.36 have it.
        let text = """
            row first
            = Start
            @ /lib/libc.so.6:[0x7f00] + 0x5581 0x28
            @ /lib/libc.so.6:[0x7f00] - 0x5581
            @ program:(grow+0x1f)[0x46fa6f] < 0x5581
            @ program:(grow+0x1f)[0x46fa6f] > 0x5590 0x40
            = End
            end of rows
            @ program:[0x1] + 0x5581 0x28
            row second
            = Start
            = End
            end of rows
            row third
            """
        #expect(AllocationCounter.counts(inTrace: text) == ["first": 2, "second": 0])
    }
}
