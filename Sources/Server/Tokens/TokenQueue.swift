// The tokens that wait for a thread, first come, first served, and how many of them each address may have there (row J13): whoever sends bad ones
// without end fills only places of his own, and everybody else waits for a bounded number of signatures. Sans-I/O.

import EventLoop

struct TokenQueue {
    /// Waiting or being verified, of one address: more than a browser or a home has, less than a hundredth of a second of work.
    static let perAddressMax = 64
    /// Of all.
    static let totalMax = 1_024

    private var jobs: [TokenJob] = []
    private var first = 0
    /// Those that wait for the issuer's keys.
    private var parked: [TokenJob] = []
    private var counts: [IPAddress: Int] = [:]
    /// Taken in and not `finished`.
    private(set) var count = 0

    /// False, and not taken in: there are too many already.
    mutating func add(_ job: TokenJob) -> Bool {
        let ofAddress = counts[job.address, default: 0]
        guard count < TokenQueue.totalMax, ofAddress < TokenQueue.perAddressMax else { return false }
        counts[job.address] = ofAddress + 1
        count += 1
        jobs.append(job)
        return true
    }

    /// The next one to verify. It counts until it is `finished`.
    mutating func next() -> TokenJob? {
        guard first < jobs.count else { return nil }
        let job = jobs[first]
        first += 1
        if first == jobs.count {
            jobs.removeAll(keepingCapacity: true)
            first = 0
        } else if first >= 256 {
            jobs.removeFirst(first)
            first = 0
        }
        return job
    }

    /// It was answered.
    mutating func finished(_ job: TokenJob) {
        count -= 1
        let left = counts[job.address, default: 1] - 1
        counts[job.address] = left > 0 ? left : nil
    }

    /// It is tried once more when keys have come; until then it counts.
    mutating func park(_ job: TokenJob) {
        var job = job
        job.isSecondTry = true
        parked.append(job)
    }

    /// Keys have come, or none: those that waited for them are next.
    mutating func unpark() {
        jobs.append(contentsOf: parked)
        parked.removeAll()
    }
}
