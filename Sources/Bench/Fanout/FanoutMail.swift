// What the thread that watches a run and the threads that make its load tell each other.

import EventLoop

/// To a load thread.
enum FanoutOrder: Sendable {
    /// Begin to publish; times count from this instant.
    case publish(origin: Instant)
    /// Say how far you are.
    case report
    /// Everything has come or never will. What each publisher of the run has published, measured messages only.
    case settle(published: [Int])
    /// End.
    case stop
}

/// From a load thread.
enum FanoutNews: Sendable {
    /// It runs, and takes orders here.
    case started(Mailbox<FanoutOrder>)
    case progress(FanoutProgress)
    /// It could not go on.
    case failed(String)
    case settled(lost: Int)
}

/// How far one load thread is.
struct FanoutProgress: Sendable {
    /// Connections that were begun and have not failed or ended.
    var opened = 0
    /// All of its connections are open (or failed), and subscribed.
    var isConnected = false
    /// It publishes no more.
    var hasPublished = false
    /// Reasons why connections failed or ended, and how many.
    var failures: [String: Int] = [:]
    var firstConnectAt: Instant?
    var lastOpenAt: Instant?
    var handshakes = LatencyHistogram()
    var latencies = LatencyHistogram()
    /// How late messages left.
    var lags = LatencyHistogram()
    var duplicated = 0
    var reordered = 0
    var corrupt = 0
    var stray = 0
    var others = 0
    /// For each of the thread's publishers its number and measured messages.
    var published: [(publisher: Int, count: Int)] = []
    /// Subscribers of the thread that are open.
    var openPerChannel: [Int] = []
    var lastDeliveryNanoseconds: UInt64 = 0
    var isServerSlow = false
    /// Processor time of the thread.
    var cpuNanoseconds: UInt64 = 0
}
