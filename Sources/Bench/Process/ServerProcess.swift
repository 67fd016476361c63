// What the kernel says about the server's process: memory and processor time. For servers on this machine.

import EventLoop

struct ServerProcess {
    let identifier: Int

    /// What a process, or one with all its children, has used until now.
    struct Usage: Equatable {
        /// The sum is exact to the nanosecond, its parts to about 10 ms: the kernel counts them in ticks.
        var userSeconds: Double
        var systemSeconds: Double
        /// Resident memory now and at its peak. Of several processes the sum, in which pages they share count for each.
        var residentKiB: Int
        var peakKiB: Int

        var seconds: Double { userSeconds + systemSeconds }
    }

    /// Processes that are looked at below one, at most.
    private static let descendantsMax = 1_000

    /// Resident memory now and at its peak, in KiB; nil when there is no such process.
    var residentKiB: (now: Int, peak: Int)? {
        guard let text = SmallFile.read("/proc/\(identifier)/status") else { return nil }
        guard let now = ServerProcess.field("VmRSS:", in: text), let peak = ServerProcess.field("VmHWM:", in: text)
        else { return nil }
        return (now, peak)
    }

    /// What it has used; nil when there is no such process. With children: those that run, and those that have ended and were waited for.
    func usage(includingChildren: Bool = true) -> Usage? {
        guard var usage = ownUsage(includingChildren: includingChildren) else { return nil }
        guard includingChildren else { return usage }
        for child in descendants() {
            guard let more = ServerProcess(identifier: child).ownUsage(includingChildren: true) else { continue }
            usage.userSeconds += more.userSeconds
            usage.systemSeconds += more.systemSeconds
            usage.residentKiB += more.residentKiB
            usage.peakKiB += more.peakKiB
        }
        return usage
    }

    /// The numbers of all processes below this one.
    func descendants() -> [Int] {
        var found: [Int] = []
        var open = [identifier]
        while let next = open.popLast(), found.count < ServerProcess.descendantsMax {
            for thread in SmallFile.names(inFolder: "/proc/\(next)/task") {
                let list = SmallFile.read("/proc/\(next)/task/\(thread)/children") ?? ""
                let children = list.split(separator: " ").compactMap { Int($0) }
                found += children
                open += children
            }
        }
        return found
    }

    private func ownUsage(includingChildren: Bool) -> Usage? {
        guard let nanoseconds = ProcessorTime.ofProcess(identifier), let memory = residentKiB,
            let stat = SmallFile.read("/proc/\(identifier)/stat").flatMap({ ProcessStat($0) })
        else { return nil }
        let ticks = stat.userTicks + stat.systemTicks
        let seconds = Double(nanoseconds) / 1e9
        let user = ticks > 0 ? seconds * Double(stat.userTicks) / Double(ticks) : 0
        var usage = Usage(
            userSeconds: user, systemSeconds: seconds - user, residentKiB: memory.now, peakKiB: memory.peak)
        if includingChildren {
            let perSecond = Double(ProcessorTime.ticksPerSecond)
            usage.userSeconds += Double(stat.childrenUserTicks) / perSecond
            usage.systemSeconds += Double(stat.childrenSystemTicks) / perSecond
        }
        return usage
    }

    /// The number of a line of /proc/PID/status, such as `VmRSS:      3412 kB`.
    static func field(_ name: String, in text: String) -> Int? {
        for line in text.split(separator: "\n") where line.hasPrefix(name) {
            let rest = line.dropFirst(name.count).drop { $0 == " " || $0 == "\t" }
            return Int(rest.prefix { $0 != " " })
        }
        return nil
    }
}
