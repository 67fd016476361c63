// A Redis that is played to one client: starts the client's program, takes its connection, answers its handshake, and then does what the case
// says. The contract with the program stands in docs/conformance-redis.md.

import EventLoop

final class ClientStage {
    /// How a played Redis takes the handshake.
    enum Manner {
        case usual
        /// HELLO is an unknown command, as before Redis 6.
        case withoutHello
        /// HELLO is answered with NOPROTO.
        case noProto
        /// Whatever is asked is answered so.
        case always(String)
    }

    private let attempt: CaseAttempt
    private let door: ClientDoor
    /// Where the program finds us.
    private let listener: Int32
    private let program: Program
    private let output: TemporaryFile
    private var socket: PatientSocket?
    private var linesTaken = 0
    private var end: Program.Exit?
    /// What the client has asked for with HELLO.
    private(set) var version = RESPVersion.two
    private static let outputBytesMax = 8 << 20
    private static let pauseMilliseconds = 2
    /// How long a program may take to start and connect.
    private static let startMilliseconds = 10_000

    init(_ attempt: CaseAttempt, _ door: ClientDoor) throws(CaseStop) {
        self.attempt = attempt
        self.door = door
        do throws(SystemError) {
            listener = try door.open()
            // Who called an earlier case and was not taken.
            while case .accepted(let stale, _) = Socket.accept(listener) { Socket.close(stale) }
            output = try TemporaryFile()
            program = try Program.start(
                "/proc/\(Program.own)/exe", ServerLauncher.arguments(door.words(for: listener), processor: nil),
                output: output.descriptor, error: nil)
        } catch {
            throw .couldNotTest("\(error)")
        }
    }

    /// Ends the program and waits for its end.
    func stop() {
        socket = nil
        if end == nil {
            program.killGroup()
            while programEnd() == nil { Threads.sleep(milliseconds: ClientStage.pauseMilliseconds) }
        }
        output.close()
        door.close(listener)
    }

    /// How the program has ended; nil while it runs. A process is asked for only until it has told its end.
    private func programEnd() -> Program.Exit? {
        if end == nil { end = program.exit() }
        return end
    }

    // MARK: The client's connection

    /// Takes the connection, answers the handshake, and returns when the client asks with GET.
    func awaitRequest(_ manner: Manner = .usual) throws(CaseStop) {
        let socket = try connected()
        let deadline = attempt.deadline()
        while true {
            if case .item(let item) = WireReader.read(socket.inbox, from: 0) {
                socket.take(item.range.upperBound)
                let words = (item.value.elements ?? []).map { $0.text ?? [] }
                guard !words.isEmpty else {
                    throw .failed(
                        expected: "a command", came: item.value.kind,
                        why:
                            "a client sends commands as arrays of bulk strings (RESP protocol-spec, Sending commands to a Redis server)"
                    )
                }
                if try answer(words, manner, socket) { return }
                continue
            }
            let arrival = socket.waitForMore(until: deadline)
            guard arrival == .bytes else {
                throw .failed(
                    expected: "the command GET rookery", came: "\(arrival)\(said)",
                    why: "the contract: the client asks until it shows an error")
            }
        }
    }

    /// True: it is the request of the contract, which the case answers.
    private func answer(_ words: [[UInt8]], _ manner: Manner, _ socket: PatientSocket) throws(CaseStop) -> Bool {
        let name = String(decoding: words[0], as: UTF8.self).uppercased()
        if case .always(let wire) = manner {
            socket.send(Array(wire.utf8))
            return name == "GET"
        }
        switch name {
        case "GET": return true
        case "HELLO": socket.send(Array(hello(words, manner).utf8))
        case "PING": socket.send(Array("+PONG\r\n".utf8))
        case "COMMAND": socket.send(Array("*0\r\n".utf8))
        default: socket.send(Array("+OK\r\n".utf8))
        }
        return false
    }

    private func hello(_ words: [[UInt8]], _ manner: Manner) -> String {
        if case .withoutHello = manner { return "-ERR unknown command 'HELLO'\r\n" }
        if case .noProto = manner { return "-NOPROTO unsupported protocol version\r\n" }
        if words.count > 1 { version = words[1] == [UInt8(ascii: "3")] ? .three : .two }
        let fields = [
            bulk("server"), bulk("redis"), bulk("version"), bulk("7.0.15"), bulk("proto"), ":\(version.rawValue)\r\n",
            bulk("id"), ":1\r\n",
            bulk("mode"), bulk("standalone"), bulk("role"), bulk("master"), bulk("modules"), "*0\r\n",
        ]
        return (version == .three ? "%\(fields.count / 2)\r\n" : "*\(fields.count)\r\n") + fields.joined()
    }

    private func connected() throws(CaseStop) -> PatientSocket {
        if let socket { return socket }
        let deadline = Instant.now().adding(
            milliseconds: max(attempt.patienceMilliseconds, ClientStage.startMilliseconds))
        while Instant.now() < deadline {
            if case .accepted(let descriptor, _) = Socket.accept(listener) {
                let taken = PatientSocket(accepted: descriptor, attempt)
                socket = taken
                return taken
            }
            if let exit = programEnd() {
                throw .couldNotTest("the client's program ended with \(exit) before it connected")
            }
            _ = Socket.wait(listener, toReceive: true, milliseconds: 50)
        }
        throw .couldNotTest("the client's program has not connected")
    }

    // MARK: Playing

    func send(_ bytes: [UInt8]) { socket?.send(bytes) }
    func send(_ bytes: [UInt8], pieceBytes: Int) { socket?.send(bytes, pieceBytes: pieceBytes, pauseMilliseconds: 1) }
    /// Closes the connection as a server that ends does.
    func close() { socket = nil }

    // MARK: What the client shows

    /// The next line that is not about a push.
    func shown(_ expected: String) throws(CaseStop) -> ShownLine {
        let deadline = attempt.deadline()
        while true {
            // Asked before the output is read: what a program has written before its end is there then.
            let end = programEnd()
            let lines = output.tail(bytesMax: ClientStage.outputBytesMax).utf8.split(
                separator: 0x0A, omittingEmptySubsequences: false)
            // The last one has no end yet.
            while linesTaken < lines.count - 1 {
                let line = Array(lines[linesTaken])
                linesTaken += 1
                guard let shown = ShownLine(line) else {
                    throw .couldNotTest(
                        "the program's output is not what the contract says, a line of JSON with value or error: "
                            + WireText.escaped(line))
                }
                if case .push = shown { continue }
                return shown
            }
            if let end {
                throw .failed(
                    expected: expected, came: "the end of the program with \(end)",
                    why: "the contract: it shows a value or an error before it ends")
            }
            guard Instant.now() < deadline else {
                throw .failed(
                    expected: expected, came: "nothing within \(attempt.patienceMilliseconds) ms",
                    why: "the client shows neither a value nor an error")
            }
            Threads.sleep(milliseconds: ClientStage.pauseMilliseconds)
        }
    }

    func expect(_ value: WireValue, _ why: String) throws(CaseStop) {
        let shown = try shown("\(value.kind), understood")
        switch shown {
        case .value(let other) where value.isShown(by: other): return
        case .value(let other): throw .failed(expected: "\(value)", came: "\(other)", why: why)
        case .error(let text): throw .failed(expected: "\(value)", came: "the client's error: \(text)", why: why)
        case .push: return
        }
    }

    /// The client must refuse.
    func expectError(_ why: String) throws(CaseStop) {
        let shown = try shown("an error of the client")
        guard case .value(let value) = shown else { return }
        throw .failed(expected: "an error of the client", came: "the client took it for \(value.kind)", why: why)
    }

    private var said: String {
        let text = output.tail(bytesMax: 500)
        return text.isEmpty ? "" : "; it has shown: \(text)"
    }
}
