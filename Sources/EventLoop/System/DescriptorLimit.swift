// How many descriptors this process may have open (getrlimit(2)). Shells often allow 1,024 and permit more to who asks.
import Glibc

package enum DescriptorLimit {
    /// Allows this process at least `count` descriptors, as far as it may. Returns how many it has then.
    package static func raise(to count: Int) -> Int {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
        if limit.rlim_cur < rlim_t(clamping: count) {
            limit.rlim_cur = min(limit.rlim_max, rlim_t(clamping: count))
            _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            _ = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        }
        return Int(clamping: limit.rlim_cur)
    }
}
