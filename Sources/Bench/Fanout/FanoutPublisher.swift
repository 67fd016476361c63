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

    /// Messages under way, as far as the witness tells. What is lost before something newer came is not under way any more.
    func underWay(warmUp: StreamAccount, measured: StreamAccount) -> Int {
        let done = measured.next > 0 ? Int(warmUpCount) + Int(measured.next) : Int(warmUp.next)
        return max(0, Int(warmUpCount) + Int(measuredCount) - done)
    }
}
