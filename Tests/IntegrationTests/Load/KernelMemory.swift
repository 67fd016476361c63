// What the kernel holds for TCP, of the whole machine: /proc/net/sockstat.
import Foundation
import Glibc
import TestSupport

enum KernelMemory {
    static func tcpBytes() throws -> Int {
        let text = try String(contentsOfFile: "/proc/net/sockstat", encoding: .utf8)
        for line in text.split(separator: "\n") where line.hasPrefix("TCP:") {
            let words = line.split(separator: " ")
            if let index = words.firstIndex(of: "mem"), index + 1 < words.count, let pages = Int(words[index + 1]) {
                return pages * sysconf(Int32(_SC_PAGESIZE))
            }
        }
        throw KitError("no TCP memory in /proc/net/sockstat")
    }
}
