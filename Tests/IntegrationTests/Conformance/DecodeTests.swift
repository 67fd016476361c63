// `rookery-bench decode`, the real program, over the fixtures and over input that is wrong.
import TestSupport
import Testing

@Suite("rookery-bench decode", .needs(.bench), .needs(.python), .ownsWhatItStarts)
struct DecodeTests {
    private func program() throws -> String { try #require(BenchBinary.path) }

    @Test("passes every RESP and frame case, whole, byte by byte and cut at every position")
    func passes() throws {
        let (status, output) = try run(
            "python3", [PackageFolder.path("Fixtures/run.py"), "--program", "\(try program()) decode"])
        #expect(status == .exited(0), "\(output)")
        #expect(output.contains("\nresp/streams.jsonl: "), "\(output)")
    }

    @Test(
        "a wrong expectation is noticed",
        arguments: [
            ("resp/values.jsonl", #""v": "1500.0""#, #""v": "1500.1""#, "accept-double-exponent"),
            (
                "resp/values.jsonl", #""t": "verbatim", "v": "Some string", "f": "mkd""#,
                #""t": "bulk", "v": "Some string""#, "accept-verbatim-markdown"
            ),
            ("ws/frames.jsonl", #"{"ping": "48656c6c6f"}"#, #"{"pong": "48656c6c6f"}"#, "accept-rfc-unmasked-ping"),
        ])
    func notices(file: String, text: String, other: String, id: String) throws {
        let copy = try FixtureCopy()
        try copy.replace(text, with: other, in: file)
        let (status, output) = try run(
            "python3", ["\(copy.path)/run.py", "--program", "\(try program()) decode", "--id", id, file])
        #expect(status == .exited(1), "\(output)")
        #expect(output.contains("    \(id): "), "\(output)")
    }

    /// What the program answers to standard input, and its exit status.
    private func decode(_ arguments: String, _ input: String) throws -> (status: ChildProcess.Exit?, lines: [Substring])
    {
        let folder = try TemporaryFolder("decode")
        defer { folder.release() }
        let path = try folder.write(input, to: "input")
        let process = try ChildProcess(
            "/bin/sh", ["-c", "exec \(try program()) decode \(arguments) < \(path) 2>/dev/null"])
        let status = process.waitForExit(seconds: 60)
        return (status, process.output.split(separator: "\n"))
    }

    @Test(
        "input that cannot be read and output that cannot be written are told, with status 1",
        arguments: [
            ("decode resp < / 2>&1", "read standard input"),
            ("decode resp < INPUT 2>&1 >/dev/full", "write to standard output"),
            ("codec --only sha1-60 --seconds 0.1 2>&1 >/dev/full", "write to standard output"),
        ])
    func streams(command: String, words: String) throws {
        let folder = try TemporaryFolder("decode")
        defer { folder.release() }
        let path = try folder.write("{\"id\": 1, \"chunks\": []}\n", to: "input")
        let line = command.split(separator: " ").map { $0 == "INPUT" ? path : String($0) }.joined(separator: " ")
        let process = try ChildProcess("/bin/sh", ["-c", "exec \(try program()) \(line)"])
        #expect(process.waitForExit(seconds: 60) == .exited(1))
        #expect(process.output.contains(words), "\(process.output)")
    }

    @Test("each line of input that is wrong is answered with its number and what was expected; the rest is read on")
    func wrongLines() throws {
        let (status, lines) = try decode(
            "resp",
            """
            {"id": 1, "chunks": ["2b4f4b0d0a"]}

            {"id": "two"}
            {"chunks": []}
            {"id": 4, "chunks": ["2b4"]}
            {"id": 5, "chunks": ["2b", 7]}
            {"id": 6, "chunks": "2b"}
            [7]
            {"id": 8, "id": 8, "chunks": []}
            {"id": 9, "chunks": []} 9
            {"id": {"ten": [10]}, "more": [{}], "chunks": ["2B", "", "4F4b0D0a"]}
            """)
        #expect(status == .exited(2))
        #expect(
            lines == [
                #"{"id":1,"values":[{"t":"simple","v":"OK"}],"state":"idle"}"#,
                #"{"id":"two","error":"line 3: expected a member chunks, a list of hexadecimal texts"}"#,
                #"{"id":null,"error":"line 4: expected a member id"}"#,
                #"{"id":4,"error":"line 5: chunk 0: expected an even number of hexadecimal digits"}"#,
                #"{"id":5,"error":"line 6: chunk 1: expected an even number of hexadecimal digits"}"#,
                #"{"id":6,"error":"line 7: chunks: expected a list of hexadecimal texts"}"#,
                #"{"id":null,"error":"line 8: expected an object {\"id\": …, \"chunks\": [hex, …]}"}"#,
                #"{"id":8,"error":"line 9: two members id"}"#,
                #"{"id":9,"error":"line 10: not JSON: byte 0x39 where the end of the text should stand at byte 24"}"#,
                #"{"id":{"ten": [10]},"values":[{"t":"simple","v":"OK"}],"state":"idle"}"#,
            ])
    }

    @Test(
        "state tells a boundary from a value begun and from a mistake; what was whole before is told",
        arguments: [
            ("", "", "idle"), ("2b4f4b0d0a", "S", "idle"), ("2b4f4b0d", "", "partial"),
            ("2b4f4b0d0a2b", "S", "partial"),
            ("7c300d0a", "", "partial"), ("2a310d0a", "", "partial"), ("243f0d0a", "", "partial"),
            ("2b4f4b0d0a40", "S", "error"), ("3e310d0a", "", "partial"),
            // Beyond the limits: 512 MiB and one byte, alone and inside a push; 1,048,577 elements; 33 deep.
            ("243533363837303931330d0a", "", "error"), ("3e310d0a243533363837303931330d0a", "", "error"),
            ("243533363837303931320d0a", "", "partial"), ("2a313034383537370d0a", "", "error"),
            ("2a313034383537360d0a", "", "partial"), (String(repeating: "2a310d0a", count: 33), "", "error"),
            (String(repeating: "2a310d0a", count: 32), "", "partial"),
        ])
    func states(hex: String, told: String, state: String) throws {
        let (status, lines) = try decode("resp", #"{"id":0,"chunks":["\#(hex)"]}"#)
        #expect(status == .exited(0))
        let values = told == "S" ? #"{"t":"simple","v":"OK"}"# : ""
        #expect(lines == [#"{"id":0,"values":[\#(values)],"state":"\#(state)"}"#])
    }

    @Test("attributes stand beside the value they belong to, at any depth, also before a push")
    func attributes() throws {
        // *1 |1 +a :1 $1 x; |1 +b :2 >1 +p
        let hex = "2a310d0a7c310d0a2b610d0a3a310d0a24310d0a780d0a" + "7c310d0a2b620d0a3a320d0a3e310d0a2b700d0a"
        let (_, lines) = try decode("resp", #"{"id":0,"chunks":["\#(hex)"]}"#)
        let values =
            #"{"t":"array","v":[{"t":"bulk","v":"x","attrs":[[{"t":"simple","v":"a"},{"t":"int","v":"1"}]]}]},"#
            + #"{"t":"push","v":[{"t":"simple","v":"p"}],"attrs":[[{"t":"simple","v":"b"},{"t":"int","v":"2"}]]}"#
        #expect(lines == [#"{"id":0,"values":[\#(values)],"state":"idle"}"#])
    }

    @Test("frames: the role, the limits and the extension are options; a failure comes with its code")
    func frames() throws {
        let hello = #"{"id":0,"chunks":["8105","48656c6c6f"]}"#
        #expect(
            try decode("websocket --role client", hello).lines == [
                #"{"id":0,"values":[{"text":"Hello"}],"state":"idle"}"#
            ])
        #expect(try decode("websocket", hello).lines == [#"{"id":0,"values":[],"state":"error","code":1002}"#])
        #expect(
            try decode("websocket --role client --message-bytes-max 4", hello).lines
                == [#"{"id":0,"values":[],"state":"error","code":1009}"#])
        // RFC 7692 §7.2.3.1
        let deflated = #"{"id":0,"chunks":["c107f248cdc9c90700","8900","8802"]}"#
        #expect(
            try decode("websocket --role client --extension permessage-deflate", deflated).lines
                == [#"{"id":0,"values":[{"text":"Hello"},{"ping":""}],"state":"partial"}"#])
        #expect(try decode("websocket --role client --extension x-foo", deflated).status == .exited(2))
        #expect(try decode("websocket --role proxy", "").status == .exited(2))
        #expect(try decode("resp --role client", "").status == .exited(2))
        #expect(try decode("jason", "").status == .exited(2))
        #expect(try decode("--help", "").status == .exited(0))
    }
}
