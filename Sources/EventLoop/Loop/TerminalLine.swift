// A line that a person types and nobody sees: a password. The terminal gives each key at once and shows none, so that what we do with them does
// not depend on its settings, and Ctrl-C ends the question with the terminal as it was.
import Glibc

/// The keys typed so far.
package struct HiddenLine: Sendable {
    package enum Step: Equatable, Sendable {
        case more
        case done
        /// Ctrl-C, or Ctrl-D on an empty line.
        case cancelled
    }

    package static let bytesMax = 4_096
    /// What was typed, without the line end.
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func take(_ key: UInt8) -> Step {
        switch key {
        case 0x0A, 0x0D: return .done
        case 0x03: return .cancelled
        case 0x04: return bytes.isEmpty ? .cancelled : .done
        // Ctrl-U
        case 0x15: bytes.removeAll()
        case 0x08, 0x7F:
            // The whole character: its bytes behind the first are 10xxxxxx (RFC 3629 §3).
            while let last = bytes.popLast(), last & 0xC0 == 0x80 {}
        default: if bytes.count < HiddenLine.bytesMax { bytes.append(key) }
        }
        return .more
    }
}

package enum TerminalLine {
    /// Whether a person is at standard input.
    package static var isInputATerminal: Bool { isatty(STDIN_FILENO) == 1 }

    /// Asks on standard error and reads a line from the terminal at standard input without showing it. Nil: cancelled.
    package static func readHidden(_ question: String) throws(SystemError) -> [UInt8]? {
        // From here on, for good: whoever was ended in the middle would leave a terminal that shows nothing.
        Signals.block()
        var before = termios()
        guard unsafe tcgetattr(STDIN_FILENO, &before) == 0 else { throw SystemError.last("ask at the terminal") }
        var settings = before
        // Without ISIG: Ctrl-C is a key here.
        settings.c_lflag &= ~tcflag_t(ECHO | ECHONL | ICANON | ISIG)
        settings.c_cc.6 = 1  // VMIN: a byte at least
        settings.c_cc.5 = 0  // VTIME: for as long as it takes
        guard unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings) == 0 else {
            throw SystemError.last("hide what is typed")
        }
        defer {
            _ = unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
            StandardStreams.writeError("\n")
        }
        StandardStreams.writeError(question)
        var line = HiddenLine()
        while true {
            var key: UInt8 = 0
            let count = unsafe read(STDIN_FILENO, &key, 1)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SystemError.last("read from the terminal") }
            // The terminal is gone.
            guard count == 1 else { return nil }
            switch line.take(key) {
            case .more: continue
            case .done: return line.bytes
            case .cancelled: return nil
            }
        }
    }
}
