// One line an event on standard error: time, level, event, words. Written with one write(2), so that lines of several threads do
// not mix and a crash loses none. No payloads, no secrets. An event that repeats is limited: some lines in a window, then a count of
// those left out.

import EventLoop

final class Log: Sendable {
    enum Level: String, Sendable { case info, warning, error }

    private struct Window {
        var startSeconds = 0
        var lines = 0
        var suppressed = 0
    }

    private let linesPerWindow: Int
    private let windowSeconds: Int
    private let sink: @Sendable (String) -> Void
    private let windows = Lock<[String: Window]>([:])

    /// `sink` takes a whole line with its line feed.
    init(linesPerWindow: Int = 10, windowSeconds: Int = 60, sink: @escaping @Sendable (String) -> Void) {
        self.linesPerWindow = linesPerWindow
        self.windowSeconds = windowSeconds
        self.sink = sink
    }

    static let standardError = Log { StandardStreams.writeErrorWithoutWaiting($0) }

    /// `event` is a fixed word of ours; `words` may quote strangers, already made printable. At most `lines` of an event are written
    /// in a window.
    func write(_ level: Level, _ event: StaticString, atMost lines: Int? = nil, _ words: @autoclosure () -> String) {
        let seconds = WallClock.milliseconds() / 1_000
        let name = "\(event)"
        let verdict: (isWritten: Bool, suppressed: Int) = windows.withLock { windows in
            var window = windows[name] ?? Window(startSeconds: seconds)
            var suppressed = 0
            if seconds - window.startSeconds >= windowSeconds {
                suppressed = window.suppressed
                window = Window(startSeconds: seconds)
            }
            window.lines += 1
            let isWritten = window.lines <= lines ?? linesPerWindow
            if !isWritten { window.suppressed += 1 }
            windows[name] = window
            return (isWritten, suppressed)
        }
        guard verdict.isWritten else { return }
        let note = verdict.suppressed > 0 ? " (\(verdict.suppressed) like this left out before)" : ""
        sink("\(Timestamp.text(seconds: seconds)) \(level.rawValue) \(name): \(words())\(note)\n")
    }
}
