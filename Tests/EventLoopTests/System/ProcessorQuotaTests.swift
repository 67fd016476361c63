import EventLoop
import Testing

@Suite("Processor quotas of control groups")
struct ProcessorQuotaTests {
    private func quota(_ files: [String: String]) -> Double? { ProcessorQuota.read { files[$0] } }

    private let version2Mount = "24 23 0:21 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"

    @Test("version 2: the quota is read where the container's own group is mounted")
    func version2() {
        #expect(
            quota([
                "/proc/self/cgroup": "0::/\n", "/proc/self/mountinfo": version2Mount,
                "/sys/fs/cgroup/cpu.max": "150000 100000\n",
            ]) == 1.5)
        #expect(
            quota([
                "/proc/self/cgroup": "0::/\n", "/proc/self/mountinfo": version2Mount,
                "/sys/fs/cgroup/cpu.max": "max 100000\n",
            ]) == nil)
    }

    @Test("version 2: the least quota on the way to the root counts")
    func ancestors() {
        #expect(
            quota([
                "/proc/self/cgroup": "0::/a/b\n", "/proc/self/mountinfo": version2Mount,
                "/sys/fs/cgroup/a/b/cpu.max": "400000 100000\n", "/sys/fs/cgroup/a/cpu.max": "200000 100000\n",
            ]) == 2)
    }

    @Test("version 1: quota and period stand in two files, -1 means none")
    func version1() {
        let mounts = """
            30 24 0:26 /docker/abc /sys/fs/cgroup/cpu,cpuacct ro,nosuid - cgroup cgroup rw,cpu,cpuacct
            31 24 0:27 / /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory
            """
        let base = [
            "/proc/self/cgroup": "5:memory:/docker/abc\n4:cpu,cpuacct:/docker/abc\n", "/proc/self/mountinfo": mounts,
        ]
        let folder = "/sys/fs/cgroup/cpu,cpuacct"
        #expect(
            quota(
                base.merging(["\(folder)/cpu.cfs_quota_us": "50000\n", "\(folder)/cpu.cfs_period_us": "100000\n"]) {
                    $1
                }) == 0.5)
        #expect(
            quota(
                base.merging(["\(folder)/cpu.cfs_quota_us": "-1\n", "\(folder)/cpu.cfs_period_us": "100000\n"]) { $1 })
                == nil)
    }

    @Test("what is missing or malformed is no quota")
    func malformed() {
        #expect(quota([:]) == nil)
        for text in ["", "max", "1 2 3", "x 100000", "100000 0", "-5 100000", "nan 100000"] {
            #expect(
                quota([
                    "/proc/self/cgroup": "0::/\n", "/proc/self/mountinfo": version2Mount,
                    "/sys/fs/cgroup/cpu.max": text,
                ]) == nil)
        }
        #expect(quota(["/proc/self/cgroup": "::\n0\n\n", "/proc/self/mountinfo": "a b c - \n- cgroup2 x y\n"]) == nil)
        #expect(
            quota([
                "/proc/self/cgroup": "0::/../x\n", "/proc/self/mountinfo": version2Mount,
                "/sys/fs/cgroup/cpu.max": "1 1",
            ]) == 1)
    }

    @Test("a quota gives at least one loop, and never more than there are processors")
    func loops() {
        #expect(ProcessorQuota.loops(processors: 8, quota: nil) == 8)
        #expect(ProcessorQuota.loops(processors: 8, quota: 1.5) == 2)
        #expect(ProcessorQuota.loops(processors: 8, quota: 0.2) == 1)
        #expect(ProcessorQuota.loops(processors: 2, quota: 64) == 2)
        #expect(ProcessorQuota.loops(processors: 0, quota: nil) == 1)
        #expect(Threads.availableProcessors() >= 1)
    }
}
