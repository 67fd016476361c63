// The terminal's side of a program: its standard streams, its environment and its end. Written with write(2) at once: a line that waits in a
// buffer is lost in a crash.
import Glibc

/// The standard streams, the environment and the end of the process. Writing may block.
package enum StandardStreams {
    /// All of it, before the call returns. Returns what kept it from being written whole; a program whose output is its purpose must
    /// say so.
    @discardableResult
    package static func writeOutput(_ text: String) -> SystemError? { writeOutput(Array(text.utf8)) }
    /// The same for bytes that need not be UTF-8.
    @discardableResult
    package static func writeOutput(_ bytes: [UInt8]) -> SystemError? { write(bytes[...], to: STDOUT_FILENO) }
    /// All of it, before the call returns. For a line of the log see `writeErrorWithoutWaiting`.
    package static func writeError(_ text: String) { _ = write(Array(text.utf8)[...], to: STDERR_FILENO) }

    /// Writes a line of the log, or loses it: a pipe that nobody empties must not stop the loop that has something to say. A
    /// pipe that is writable takes PIPE_BUF (4,096) bytes at once, more than any line of ours.
    package static func writeErrorWithoutWaiting(_ line: String) {
        var state = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
        guard unsafe poll(&state, 1, 0) == 1, state.revents & Int16(POLLOUT) != 0 else { return }
        writeError(line)
    }

    /// One call for one line, so that lines of several threads do not mix. A stream that cannot take it loses it: a full disk or a
    /// closed pipe must not stop the node.
    private static func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> SystemError? {
        var rest = bytes
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                return SystemError.last(
                    "write to \(descriptor == STDOUT_FILENO ? "standard output" : "standard error")")
            }
        }
        return nil
    }

    /// Waits for standard input and appends what is there, at most 64 KiB. False at its end.
    package static func readInput(into bytes: inout [UInt8]) throws(SystemError) -> Bool {
        let start = bytes.count
        bytes += [UInt8](repeating: 0, count: 64 << 10)
        var count: Int
        repeat {
            // The kernel writes at most what stands behind `start`.
            count = unsafe bytes.withUnsafeMutableBytes { buffer in
                let free = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[start...])
                return unsafe Glibc.read(STDIN_FILENO, free.baseAddress, free.count)
            }
        } while count < 0 && errno == EINTR
        let problem = count < 0 ? SystemError.last("read standard input") : nil
        bytes.removeLast(bytes.count - start - max(0, count))
        if let problem { throw problem }
        return count > 0
    }

    /// The variables of the environment by name.
    package static func environment() -> [String: String] {
        var variables: [String: String] = [:]
        // The list ends with a null pointer (environ(7)); nothing of ours changes it.
        var entry = unsafe environ
        while let text = unsafe entry.pointee {
            let line = unsafe String(cString: text)
            if let equals = line.firstIndex(of: "=") {
                variables[String(line[..<equals])] = String(line[line.index(after: equals)...])
            }
            unsafe entry += 1
        }
        return variables
    }

    /// Whether somebody may be watching standard error.
    package static var isErrorATerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Ends the process with this status, 0...255; handlers of atexit(3) run.
    package static func exit(_ status: Int32) -> Never { Glibc.exit(status) }
}
