// Counts what the code under measurement allocates: each call of malloc, also for memory given back at once, which no figure about
// memory in use would show. Glibc traces them by itself (mtrace(3)) in a program that was started with its libc_malloc_debug.so.0
// preloaded. That makes malloc slow, so it is a second process that counts and is not timed: this program, started once more. Its trace
// goes to its standard output, between lines of ours that name the row.
//
// Only in a dynamic build with that library, which Glibc's own package brings. Unsafe code for calls of C.
import EventLoop
import Glibc

enum AllocationCounter {
    /// The hidden command of the second process.
    static let command = "trace-allocations"
    private static let endMark = "end of rows"

    /// The allocations of one pass of each of these rows of the program at `path`, itself by default; rows that could not be counted
    /// are missing.
    static func count(_ names: [String], program: String = "/proc/\(getpid())/exe") -> [String: Int] {
        // Names of rows and paths of programs hold nothing that a shell would read in its own way, or are not ours to start.
        guard (names + [program]).allSatisfy({ $0.utf8.allSatisfy(isPlain) }) else { return [:] }
        let line =
            "LD_PRELOAD=libc_malloc_debug.so.0 MALLOC_TRACE=/dev/stdout \(program) \(command) "
            + names.joined(separator: " ") + " 2>/dev/null"
        guard let pipe = unsafe popen(line, "r") else { return [:] }
        var text: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = unsafe fread(&piece, 1, piece.count, pipe)
            guard count > 0 else { break }
            text.append(contentsOf: piece[..<count])
        }
        _ = unsafe pclose(pipe)
        return counts(inTrace: String(decoding: text, as: UTF8.self))
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
            UInt8(ascii: "/"):
            true
        default: false
        }
    }

    /// Reads lines like these; the trace's own are described in mtrace(3):
    ///
    ///     row resp-push
    ///     = Start
    ///     @ program:[0x55] + 0x6e0 0x48      an allocation; a moved one is "<" for the old place and ">" for the new one
    ///     = End
    static func counts(inTrace text: String) -> [String: Int] {
        var counts: [String: Int] = [:]
        var row: String?
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.first == "row", words.count == 2 {
                row = String(words[1])
            } else if words == ["=", "Start"], let row {
                counts[row] = 0
            } else if line == endMark {
                row = nil
            } else if let row, words.first == "@", words.contains("+") || words.contains(">") {
                counts[row]? += 1
            }
        }
        return counts
    }

    /// What the second process does: two passes of each row to warm up, one that is traced.
    static func trace(_ names: [String]) {
        typealias Switch = @convention(c) () -> Void
        guard let start = unsafe SharedLibrary.systemFunction("mtrace", as: Switch.self),
            let stop = unsafe SharedLibrary.systemFunction("muntrace", as: Switch.self)
        else { return }
        for bench in CodecRows.all() where names.contains(bench.name) {
            // Two, where output and its successor take turns.
            _ = bench.pass() + bench.pass()
            StandardStreams.writeOutput("row \(bench.name)\n")
            start()
            let done = bench.pass()
            stop()
            StandardStreams.writeOutput("\(done == bench.itemCount ? endMark : "wrong")\n")
        }
    }
}
