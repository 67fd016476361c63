// `rookery-bench limit`: the bare send() as a server, until a signal ends it.

import EventLoop

enum LimitCommand {
    /// Descriptors that are asked for; how many there are is the system's choice.
    private static let connectionsMost = 1 << 20

    /// The program's exit status: 2 when the arguments are wrong, 1 when it cannot listen.
    static func run(_ arguments: [String]) -> Int32 {
        let settings: LimitSettings
        do throws(LimitSettings.Problem) {
            settings = try LimitSettings(arguments)
        } catch {
            StandardStreams.writeError("rookery-bench limit: \(error)\n\n\(LimitSettings.usage)")
            return 2
        }
        if settings.asksForHelp {
            StandardStreams.writeOutput(LimitSettings.usage)
            return 0
        }
        _ = DescriptorLimit.raise(to: connectionsMost)
        do throws(SystemError) {
            let loop = try EventLoop()
            let server = try LimitServer(settings, loop: loop)
            StandardStreams.writeOutput("listening on \(server.address), one send per \(settings.sends.rawValue)\n")
            loop.run()
            return 0
        } catch {
            StandardStreams.writeError("rookery-bench limit: \(error)\n")
            return 1
        }
    }
}
