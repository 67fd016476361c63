// One posix_spawn, with the defaults a test wants: a process group of its own, no descriptor inherited but the three, no
// signal blocked or ignored (the tests of the event loop block some in this process).
import Glibc

struct Spawn {
    var program: String
    var arguments: [String]
    var environment: [String]
    var workingFolder: String
    var input: Int32?
    var output: Int32?

    init(
        _ program: String, _ arguments: [String], environment: [String], workingFolder: String, input: Int32?,
        output: Int32?
    ) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.workingFolder = workingFolder
        self.input = input
        self.output = output
    }

    /// Starts the program; its process id, which is also the id of its process group.
    func run() throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input {
            posix_spawn_file_actions_adddup2(&actions, input, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        for descriptor in Int32(1)...2 {
            if let output {
                posix_spawn_file_actions_adddup2(&actions, output, descriptor)
            } else {
                posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_WRONLY, 0)
            }
        }
        addCloseFrom(&actions, 3)
        addChangeFolder(&actions, workingFolder)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))

        var process: pid_t = 0
        let result = withCStrings([program] + arguments) { argv in
            withCStrings(environment) { envp in posix_spawn(&process, program, &actions, &attributes, argv, envp) }
        }
        guard result == 0 else { throw KitError.system("start of \(program)", errno: result) }
        return process
    }

    private func withCStrings<Result>(
        _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var pointers: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) }
        pointers.append(nil)
        defer { for pointer in pointers { free(pointer) } }
        return pointers.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
    }
}
