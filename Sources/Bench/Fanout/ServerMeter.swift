// What the server's process has used so far. Everything is nil where there is no process to look at.

import EventLoop

/// Reads the meters of a process and its children.
struct ServerMeter {
    struct Reading: Equatable {
        var cpuNanoseconds: UInt64?
        /// The sum is exact, the parts to 10 ms.
        var userSeconds: Double?
        var systemSeconds: Double?
        var memoryKiB: Int?
        var memoryPeakKiB: Int?
    }

    let process: Int?

    func read() -> Reading {
        guard let process, let usage = ServerProcess(identifier: process).usage() else { return Reading() }
        return Reading(
            cpuNanoseconds: UInt64(usage.seconds * 1e9), userSeconds: usage.userSeconds,
            systemSeconds: usage.systemSeconds, memoryKiB: usage.residentKiB, memoryPeakKiB: usage.peakKiB)
    }
}
