/// One publisher as its thread knows it.
struct FanoutPublisher {
    let number: Int
    let channel: UInt16
    /// Its connection in the swarm; nil: it publishes through Redis.
    let client: Int?
    /// The subscriber of this thread whose copy says that a message is done.
    let witness: Int?
    /// Its place among the publishers of its channel.
    let rank: Int
    /// Messages sent in the warm-up and after it.
    var warmUpCount: UInt32 = 0
    var measuredCount: UInt32 = 0
    /// Messages that were done when the witness last got one, and when that was.
    private var done = 0
    private var doneAt: UInt64 = 0

    /// So long nothing came back: what is under way is lost.
    static let silenceNanosecondsMax: UInt64 = 2_000_000_000

    init(number: Int, channel: UInt16, client: Int?, witness: Int?, rank: Int) {
        self.number = number
        self.channel = channel
        self.client = client
        self.witness = witness
        self.rank = rank
    }

    /// Messages under way, as far as the witness tells. What is lost before something newer came is not under way any more, nor is
    /// anything after a long silence: a window must not stay shut for good.
    mutating func underWay(warmUp: StreamAccount, measured: StreamAccount, at nanoseconds: UInt64) -> Int {
        let sent = Int(warmUpCount) + Int(measuredCount)
        let come = measured.next > 0 ? Int(warmUpCount) + Int(measured.next) : Int(warmUp.next)
        if come > done || done == sent {
            done = max(done, come)
            doneAt = nanoseconds
        } else if nanoseconds > doneAt, nanoseconds - doneAt > FanoutPublisher.silenceNanosecondsMax {
            done = sent
            doneAt = nanoseconds
        }
        return max(0, sent - done)
    }
}
