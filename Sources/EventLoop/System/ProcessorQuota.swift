// How much processor time the control groups of a container allow (cgroup v2: cpu.max; v1: cpu.cfs_quota_us). Reading files
// comes in as a function, so that tests have their own /proc and /sys.

/// The quota of a process, in processors.
package enum ProcessorQuota {
    /// Loops worth starting: a quota of 1.5 processors feeds two loops, half of one feeds one.
    package static func loops(processors: Int, quota: Double?) -> Int {
        guard let quota, quota < Double(processors) else { return max(1, processors) }
        return max(1, Int(quota.rounded(.up)))
    }

    /// The least quota on the way from the process's group up to the root; nil when there is none.
    package static func read(_ file: (String) -> String?) -> Double? {
        guard let groups = file("/proc/self/cgroup"), let mounts = file("/proc/self/mountinfo") else { return nil }
        var least: Double?
        for mount in mounts.split(separator: "\n").compactMap({ Mount(line: $0) }) {
            guard let group = path(in: groups, for: mount) else { continue }
            for folder in mount.folders(of: group) {
                guard let quota = mount.isVersion2 ? version2(folder, file) : version1(folder, file) else { continue }
                least = min(least ?? quota, quota)
            }
        }
        return least
    }

    /// `cpu.max`: "max 100000" or "150000 100000".
    private static func version2(_ folder: String, _ file: (String) -> String?) -> Double? {
        guard let words = file(folder + "/cpu.max")?.split(whereSeparator: \.isWhitespace), words.count == 2 else {
            return nil
        }
        return ratio(String(words[0]), String(words[1]))
    }

    /// `cpu.cfs_quota_us` is -1 without a quota.
    private static func version1(_ folder: String, _ file: (String) -> String?) -> Double? {
        guard let quota = file(folder + "/cpu.cfs_quota_us"), let period = file(folder + "/cpu.cfs_period_us") else {
            return nil
        }
        let trim = { (text: String) in text.filter { !$0.isWhitespace } }
        return ratio(trim(quota), trim(period))
    }

    private static func ratio(_ quota: String, _ period: String) -> Double? {
        guard let quota = Double(quota), let period = Double(period), quota > 0, period > 0 else { return nil }
        return quota / period
    }

    /// The group of the process in the hierarchy mounted there. Lines: `hierarchy:controllers:path`, version 2 is `0::path`.
    private static func path(in groups: String, for mount: Mount) -> String? {
        for line in groups.split(separator: "\n") {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            let isVersion2 = fields[0] == "0" && fields[1].isEmpty
            let isOurs = mount.isVersion2 ? isVersion2 : fields[1].split(separator: ",").contains("cpu")
            if isOurs { return String(fields[2]) }
        }
        return nil
    }

    /// A line of /proc/self/mountinfo that mounts a hierarchy with the controller of processor time.
    private struct Mount {
        let isVersion2: Bool
        /// The group that is seen at `point`.
        let root: String
        let point: String

        /// `id parent device root point options [optional…] - type source superoptions` (proc_pid_mountinfo(5)).
        init?(line: Substring) {
            let fields = line.split(separator: " ")
            guard let dash = fields.firstIndex(of: "-"), dash >= 6, fields.count > dash + 3 else { return nil }
            switch fields[dash + 1] {
            case "cgroup2": isVersion2 = true
            case "cgroup" where fields[dash + 3].split(separator: ",").contains("cpu"): isVersion2 = false
            default: return nil
            }
            root = String(fields[3])
            point = String(fields[4])
        }

        /// The folders from the group up to the mount point. A group outside of what is mounted (a container that sees the
        /// host's path) leaves the mount point alone.
        func folders(of group: String) -> [String] {
            var rest = group[...]
            if root != "/" {
                guard group == root || group.hasPrefix(root + "/") else { return [point] }
                rest = group.dropFirst(root.count)
            }
            var parts = rest.split(separator: "/")
            if parts.contains("..") { return [point] }
            var folders = [point]
            while !parts.isEmpty {
                folders.append(point + "/" + parts.joined(separator: "/"))
                parts.removeLast()
            }
            return folders
        }
    }
}
