// What is read of a process: lines of /proc as Linux 6.18 wrote them, and real processes.
import EventLoop
import Foundation
import TestSupport
import Testing

@testable import Bench

@Suite("proc(5): what a process uses", .ownsWhatItStarts)
struct ServerProcessTests {
    @Test("times are found behind a name with spaces and parentheses")
    func strangeName() throws {
        // Of a copy of sleep(1) with the name "a) S (b"; the times are made up.
        let line =
            "25303 (a) S (b) S 25302 25292 6484 0 -1 4194304 143 0 0 0 7 11 13 17 20 0 1 0 3474527 2990080 407 0 1 1 0 0"
        let stat = try #require(ProcessStat(line))
        #expect(stat.userTicks == 7 && stat.systemTicks == 11)
        #expect(stat.childrenUserTicks == 13 && stat.childrenSystemTicks == 17)
    }

    @Test(
        "a line that is cut or holds no numbers is none",
        arguments: [
            "", "1", "1 (a", "1 (a)", "1 (a) S 1 1 1 0 -1 4194304 143 0 0 0 7 11 13",
            "1 (a) S 1 1 1 0 -1 4194304 143 0 0 0 7 x 13 17 20 0",
        ])
    func noLine(text: String) { #expect(ProcessStat(text) == nil) }

    @Test("memory is read from a line of its own name")
    func memory() {
        let text = "Name:\tVmRSS: 7 kB\nVmHWM:\t    4032 kB\nVmRSS:\t    3412 kB\nThreads:\t1\n"
        #expect(ServerProcess.field("VmRSS:", in: text) == 3_412)
        #expect(ServerProcess.field("VmHWM:", in: text) == 4_032)
        #expect(ServerProcess.field("VmSwap:", in: text) == nil)
    }

    @Test("processor time is that of the kernel's own count, to the tick, in user and in system time")
    func processorTime() throws {
        let busy = try ChildProcess(
            "sh", ["-c", "i=0; while [ $i -lt 400000 ]; do i=$((i+1)); done; echo done; sleep 60"])
        try busy.waitForOutput("done", seconds: 60)
        let usage = try #require(ServerProcess(identifier: Int(busy.processID)).usage(includingChildren: false))
        // The kit reads /proc/PID/stat, whose two parts are rounded down to 10 ms each.
        #expect(abs(usage.seconds - busy.processorSeconds) <= 0.03)
        #expect(usage.userSeconds > usage.systemSeconds && usage.userSeconds > 0.05)
        #expect(usage.residentKiB > 100 && usage.peakKiB >= usage.residentKiB)
        // Exact means finer than ticks.
        let nanoseconds = try #require(ProcessorTime.ofProcess(Int(busy.processID)))
        #expect(nanoseconds % 10_000_000 != 0)
    }

    @Test("children count when they are asked for, running and ended ones")
    func children() throws {
        let loop = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done"
        let parent = try ChildProcess("sh", ["-c", "(\(loop)); sh -c '\(loop); echo done; sleep 60' & wait"])
        try parent.waitForOutput("done", seconds: 60)
        let server = ServerProcess(identifier: Int(parent.processID))
        let alone = try #require(server.usage(includingChildren: false))
        let all = try #require(server.usage())
        #expect(server.descendants().count >= 1)
        // Both loops took about as long.
        let running = try #require(
            server.descendants().compactMap { ServerProcess(identifier: $0).usage(includingChildren: false) }.max {
                $0.seconds < $1.seconds
            })
        #expect(alone.seconds < running.seconds / 2)
        #expect(all.seconds > running.seconds * 1.3)
        #expect(all.residentKiB >= alone.residentKiB + running.residentKiB)
    }

    @Test("a process that is not there has no usage")
    func nobody() throws {
        let gone = try ChildProcess("true")
        #expect(gone.waitForExit() == .exited(0))
        #expect(ServerProcess(identifier: Int(gone.processID)).usage() == nil)
        for identifier in [0, -1, .max] { #expect(ServerProcess(identifier: identifier).usage() == nil) }
    }

    @Test("our own time grows while we work, in the thread that works")
    func own() {
        let (process, thread) = (ProcessorTime.ofThisProcess(), ProcessorTime.ofThisThread())
        let (user, system) = ProcessorTime.userAndSystem()
        var number = UInt64(1)
        while ProcessorTime.ofThisThread() < thread + 30_000_000 { number = number &* 6_364_136_223_846_793_005 &+ 1 }
        #expect(ProcessorTime.ofThisProcess() >= process + 30_000_000)
        let after = ProcessorTime.userAndSystem()
        #expect(after.user + after.system >= user + system + 0.029)
    }
}
