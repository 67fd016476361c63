// The commands of a client, whom nobody knows yet: frames in both encodings. Those before a broken one are the same wherever the frame is cut, a
// frame twice says everything twice, and whatever filter comes is answered.
//
// Options: 1 Protobuf, else JSON.

import ChatProtocol

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCommands(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard let input = FuzzCase(start, count) else { return -1 }
    let encoding: ChatEncoding = input.has(1) ? .protobuf : .json
    let (whole, isBroken) = read(input.bytes, encoding)
    // A line that is cut may be another one: {} is a command, {}} is none.
    let line = input.bytes[..<input.first].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    let end = encoding == .json ? line : input.first
    let (beginning, _) = read(Array(input.bytes[..<end]), encoding)
    demand(whole.starts(with: beginning), "cut at \(end), the commands before are the same")
    guard !isBroken else { return 0 }
    let between: [UInt8] = encoding == .json && input.bytes.last != 0x0A ? [0x0A] : []
    let (twice, isBrokenThen) = read(input.bytes + between + input.bytes, encoding)
    demand(!isBrokenThen && twice == whole + whole, "twice the same frame, twice the same commands")
    return 0
}

/// What was read, in words, and whether it ended with an error.
private func read(_ bytes: [UInt8], _ encoding: ChatEncoding) -> (commands: [String], isBroken: Bool) {
    var commands: [String] = []
    var reader = CommandReader(bytes, encoding)
    do throws(MessageError) {
        while let command = try reader.next() {
            demand(commands.count < bytes.count, "no command comes of nothing")
            commands.append("\(command.id) \(command.isPong) \(String(describing: command.request))")
            check(command)
        }
        return (commands, false)
    } catch {
        demand((0...bytes.count).contains(error.offset), "the place \(error.offset) of \(bytes.count)")
        return (commands, true)
    }
}

private func check(_ command: Command) {
    guard case .subscribe(let request) = command.request, let description = request.filter,
        let filter = TagFilter(description)
    else { return }
    for tags in [[], [(key: "a", value: "1")], [(key: "a", value: "-2.5"), (key: "b", value: "xyz")]] {
        demand(filter.accepts(tags) == filter.accepts(tags), "a filter says one thing")
    }
}
