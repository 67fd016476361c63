// If the test process itself crashes, nobody is left to end its children. So a small shell keeps a list of them, fed
// through a pipe, and when the pipe ends it kills the process groups that are still on the list.
import EventLoop
import Glibc

package enum Leash {
    private static let pipeEnd = Lock<Int32?>(nil)

    /// `kill -s KILL`: dash takes no `--` after `-KILL`.
    package static let script = """
        trap '' INT TERM HUP; list=' '
        while read -r what group; do
          case $what in
            +) list="$list$group ";;
            -) case $list in *" $group "*) list="${list%% $group *} ${list#* $group }";; esac;;
          esac
        done
        for group in $list; do kill -s KILL -- "-$group" 2>/dev/null; done
        """

    static func add(_ group: pid_t) { write("+ \(group)\n") }
    static func remove(_ group: pid_t) { write("- \(group)\n") }

    private static func write(_ line: String) {
        pipeEnd.withLock { end in
            if end == nil { end = start() }
            let bytes = Array(line.utf8)
            _ = Glibc.write(end!, bytes, bytes.count)
        }
    }

    /// Starts the shell; the writing end of its standard input, or -1, which makes writing a no-op.
    private static func start() -> Int32 {
        guard let ends = try? makePipe() else { return -1 }
        let spawned = try? Spawn(
            "/bin/sh", ["-c", script], environment: ["PATH=/usr/bin:/bin"], workingFolder: "/", input: ends.read,
            output: nil
        ).run()
        close(ends.read)
        if spawned == nil {
            close(ends.write)
            return -1
        }
        return ends.write
    }
}
