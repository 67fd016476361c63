// What the kernel says about the server's process: memory and processor time. For servers on this machine.

import EventLoop

struct ServerProcess {
    let identifier: Int

    /// Resident memory now and at its peak, in KiB; nil when there is no such process.
    var residentKiB: (now: Int, peak: Int)? {
        guard let text = SmallFile.read("/proc/\(identifier)/status") else { return nil }
        guard let now = field("VmRSS:", in: text), let peak = field("VmHWM:", in: text) else { return nil }
        return (now, peak)
    }

    private func field(_ name: String, in text: String) -> Int? {
        for line in text.split(separator: "\n") where line.hasPrefix(name) {
            return line.split(separator: " ").compactMap { Int($0) }.first
                ?? line.split(separator: "\t").last.flatMap { $0.split(separator: " ").first }.flatMap { Int($0) }
        }
        return nil
    }
}
