// Other programs: starting, asking after and ending them. For the measuring program, which starts the servers it measures; a node
// starts nothing.
import Glibc

/// A program that this process has started, in a process group of its own, with nothing to read. Its number stays its own until `exit`
/// has told how it ended.
package struct Program {
    package enum Exit: Hashable, Sendable, CustomStringConvertible {
        case status(Int32)
        case signal(Int32)

        package var description: String {
            switch self {
            case .status(let number): "status \(number)"
            case .signal(let number): "signal \(number)"
            }
        }
    }

    package let identifier: Int32

    /// Starts the file at `path` with these arguments and this process's environment. `output` and `error`: the descriptors of its standard
    /// output and error; nil passes ours on. No signal is blocked or ignored in it.
    package static func start(
        _ path: String, _ arguments: [String], output: Int32?, error: Int32?
    ) throws(SystemError) -> Program {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        if let output { unsafe posix_spawn_file_actions_adddup2(&actions, output, 1) }
        if let error { unsafe posix_spawn_file_actions_adddup2(&actions, error, 2) }
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        var all = sigset_t()
        unsafe sigfillset(&all)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        unsafe posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
        var identifier: pid_t = 0
        let number = unsafe withCStrings([path] + arguments) {
            unsafe posix_spawn(&identifier, path, &actions, &attributes, $0, environ)
        }
        guard number == 0 else { throw SystemError(operation: "start \(path)", errno: number) }
        return Program(identifier: identifier)
    }

    /// How it ended; nil while it runs. Once told, the number may be another process's: ask no more.
    package func exit() -> Exit? {
        var status: Int32 = 0
        var result: pid_t
        repeat { result = unsafe waitpid(identifier, &status, WNOHANG) } while result < 0 && errno == EINTR
        guard result != 0 else { return nil }
        let signal = status & 0x7f
        return result < 0 ? .status(-1) : signal == 0 ? .status(status >> 8 & 0xff) : .signal(signal)
    }

    /// Asks it to end (SIGTERM). Not after `exit` has told its end.
    package func terminate() { _ = kill(identifier, SIGTERM) }

    /// Ends all of its process group at once (SIGKILL), also what it has left behind.
    package func killGroup() { _ = kill(-identifier, SIGKILL) }

    // MARK: In the new process

    /// Becomes another program, found as execvp(3) finds it. When `parent`, the process that started us, ends before us, however it ends, the kernel sends
    /// us SIGTERM. Returns only when it could not be done.
    package static func become(_ words: [String], processor: Int?, parent: Int32) -> SystemError {
        guard kernelProcessControl(Kernel.setParentDeathSignal, UInt(SIGTERM), 0, 0, 0) == 0 else {
            return SystemError.last("ask for a signal at the parent's end")
        }
        // It may have ended before we asked.
        guard getppid() == parent else { return SystemError(operation: "start for process \(parent)", errno: ESRCH) }
        if let processor {
            do throws(SystemError) { try Threads.pin(to: processor) } catch { return error }
        }
        guard let name = words.first else { return SystemError(operation: "start nothing", errno: EINVAL) }
        return unsafe withCStrings(words) {
            _ = unsafe execvp(name, $0)
            return SystemError.last("start \(name)")
        }
    }

    /// The number of this process.
    package static var own: Int32 { getpid() }

    /// A list as argv wants it, for as long as `body` runs.
    private static func withCStrings<Result>(
        _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var pointers = unsafe texts.map { unsafe strdup($0) } + [nil]
        defer { for index in unsafe pointers.indices { unsafe free(pointers[index]) } }
        // Not empty: the null pointer stands at the end.
        return unsafe pointers.withUnsafeMutableBufferPointer { unsafe body($0.baseAddress!) }
    }
}
