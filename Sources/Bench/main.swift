// The program `rookery-bench`: measures servers from outside, and the codecs in its own process; decodes for tests. The
// first argument names what to do, the rest belongs to it. Status 0: done; 1: it went wrong; 2: the arguments are wrong.

import EventLoop

Signals.block([])

func usage() -> Never {
    StandardStreams.writeError(VanishSettings.usage)
    StandardStreams.writeError(CodecSettings.usage(names: CodecRows.all().map(\.name)))
    StandardStreams.writeError(LimitSettings.usage)
    StandardStreams.writeError("usage: rookery-bench compare --help\n")
    StandardStreams.writeError("usage: rookery-bench conformance --help\n")
    StandardStreams.writeError("usage: rookery-bench decode --help\n")
    StandardStreams.writeError("usage: rookery-bench fanout --help\n")
    StandardStreams.writeError("usage: rookery-bench report --help\n")
    StandardStreams.exit(2)
}

var arguments = ProgramArguments.all.dropFirst()
switch arguments.popFirst() {
case "vanish":
    var problem = ""
    guard let settings = VanishSettings(Array(arguments), problem: &problem) else {
        StandardStreams.writeError("rookery-bench vanish: \(problem)\n")
        usage()
    }
    do {
        let drill = try VanishDrill(settings) { StandardStreams.writeOutput($0 + "\n") }
        StandardStreams.exit(try drill.run() ? 0 : 1)
    } catch {
        StandardStreams.writeError("rookery-bench vanish: \(error)\n")
        StandardStreams.exit(1)
    }
case "codec": StandardStreams.exit(CodecCommand.run(Array(arguments)))
case ServerLauncher.command: StandardStreams.exit(ServerLauncher.run(Array(arguments)))
case AllocationCounter.command: AllocationCounter.trace(Array(arguments))
case "fanout": StandardStreams.exit(SpawnOption.run(Array(arguments)) { FanoutCommand.run($0) })
case "limit": StandardStreams.exit(LimitCommand.run(Array(arguments)))
case "compare": StandardStreams.exit(CompareCommand.run(Array(arguments)))
case "conformance": StandardStreams.exit(ConformanceCommand.run(Array(arguments)))
case "ask": StandardStreams.exit(AskCommand.run(Array(arguments)))
case "decode": StandardStreams.exit(DecodeCommand.run(Array(arguments)))
case "report": StandardStreams.exit(ReportCommand.run(Array(arguments)))
case let other?:
    StandardStreams.writeError(
        "rookery-bench: there is no command \(other); vanish, fanout, limit, compare, conformance, codec, decode or report\n\n"
    )
    usage()
case nil: usage()
}
