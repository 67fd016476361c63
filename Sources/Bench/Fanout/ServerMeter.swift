// What the server's process has used so far. Everything is nil where there is no process to look at.

import EventLoop

/// Reads a process's meters.
struct ServerMeter {
    struct Reading: Equatable {
        var cpuNanoseconds: UInt64?
        /// Ticks of 10 ms.
        var userSeconds: Double?
        var systemSeconds: Double?
        var memoryKiB: Int?
        var memoryPeakKiB: Int?
    }

    let process: Int?

    func read() -> Reading {
        guard let process else { return Reading() }
        var reading = Reading(cpuNanoseconds: ProcessorTime.ofProcess(process))
        if let memory = ServerProcess(identifier: process).residentKiB {
            reading.memoryKiB = memory.now
            reading.memoryPeakKiB = memory.peak
        }
        if let text = SmallFile.read("/proc/\(process)/stat"), let ticks = ServerMeter.ticks(text) {
            reading.userSeconds = Double(ticks.user) / 100
            reading.systemSeconds = Double(ticks.system) / 100
        }
        return reading
    }

    /// proc(5): utime and stime are fields 14 and 15; the name in field 2 may hold spaces and parentheses.
    static func ticks(_ stat: String) -> (user: Int, system: Int)? {
        guard let end = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[end...].split(separator: " ")
        guard fields.count > 13, let user = Int(fields[12]), let system = Int(fields[13]) else { return nil }
        return (user, system)
    }
}
