// Who should get what. Subscribers and publishers are numbered; subscriber n connects to URL n mod (URLs) and belongs to channel
// (n div URLs) mod (channels), so that every node has some of every channel. Publisher p publishes to its channel by the same rule,
// on a connection of its own or as subscriber p.

/// The plan of a run: pure arithmetic.
struct Audience: Equatable {
    var subscribers: Int
    var publishers: Int
    var channels: Int
    var urls: Int
    var threads: Int

    func url(of number: Int) -> Int { number % urls }
    func channel(of number: Int) -> Int { number / urls % channels }

    /// The subscribers of one thread, in order.
    func subscribers(ofThread thread: Int) -> [Int] { Array(stride(from: thread, to: subscribers, by: threads)) }
    /// The publishers of one thread, in order; publisher p is beside subscriber p.
    func publishers(ofThread thread: Int) -> [Int] { Array(stride(from: thread, to: publishers, by: threads)) }

    /// For each publisher its place among those of its channel; for each channel how many publish on it.
    func ranks() -> (ranks: [Int], perChannel: [Int]) {
        var perChannel = [Int](repeating: 0, count: channels)
        var ranks: [Int] = []
        for publisher in 0..<publishers {
            ranks.append(perChannel[channel(of: publisher)])
            perChannel[channel(of: publisher)] += 1
        }
        return (ranks, perChannel)
    }
}
