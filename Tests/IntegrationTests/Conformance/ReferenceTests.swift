// The fixtures as another implementation meets them: a Python program that shares nothing with ours.
import TestSupport
import Testing

@Suite("Fixtures: run by a reference in Python", .needs(.python), .ownsWhatItStarts)
struct ReferenceTests {
    @Test("the reference decoders pass every RESP and frame case")
    func passes() throws {
        let (status, output) = try run("python3", [PackageFolder.path("Fixtures/run.py")])
        #expect(status == .exited(0), "\(output)")
        for file in ["resp/values", "resp/streams", "ws/frames", "ws/fragmentation", "ws/close", "ws/early-utf8"] {
            #expect(output.contains("\(file).jsonl: "), "\(output)")
        }
    }

    @Test(
        "a reference decoder that is broken fails cases, and names them",
        arguments: [
            ("resp.py", #"if not b"\r\n".startswith(tail):"#, "if False:", "reject-body-without-line-end"),
            ("resp.py", "if depth == self.limits[\"depth\"]:", "if False:", "reject-33-deep"),
            ("resp.py", "if so_far + length > ", "if length > ", "reject-chunks-over-limit"),
            ("websocket.py", #"if bool(byte & 0x80) != (self.role == "server"):"#, "if False:", "reject-masked"),
            ("websocket.py", "self.low = {0xE0: 0xA0, 0xF0: 0x90}", "self.low = {}", "reject-overlong"),
            ("inflate.py", "if len(self.history) > self.window:", "if False:", "reject-window-8"),
        ])
    func broken(file: String, text: String, other: String, id: String) throws {
        let copy = try FixtureCopy()
        try copy.replace(text, with: other, in: "reference/\(file)")
        let family = file == "resp.py" ? "resp/" : "ws/"
        let files =
            family == "resp/"
            ? ["resp/values.jsonl", "resp/streams.jsonl"]
            : file == "inflate.py" ? ["ws/permessage-deflate.jsonl"] : ["ws/frames.jsonl", "ws/early-utf8.jsonl"]
        let (status, output) = try run("python3", ["\(copy.path)/run.py", "--id", id] + files)
        #expect(status == .exited(1), "\(output)")
        #expect(output.contains("    \(id)"), "\(output)")
    }

    @Test("the runner lists cases without running them, and explains what it does not know")
    func usage() throws {
        let runner = PackageFolder.path("Fixtures/run.py")
        let list = try run("python3", [runner, "--list", "resp/streams.jsonl"])
        #expect(list.status == .exited(0))
        #expect(list.output.contains("accept-streamed-array\n"))
        #expect(!list.output.contains("passed"))
        let wrong = try run("python3", [runner, "resp/nothing.jsonl"])
        #expect(wrong.status == .exited(2))
        #expect(wrong.output.contains("it knows resp/values.jsonl"))
        #expect(try run("python3", [runner, "--id", "no-such-case"]).status == .exited(2))
    }

    @Test(
        "a program that does not answer is named, with what it did",
        arguments: [
            ("/nonexistent decode", "/nonexistent cannot be started"), ("", "name a program"),
            ("true", "status 0, 0 answers to "), ("echo values:", "a line that is not JSON"),
        ])
    func silentProgram(_ command: String, _ words: String) throws {
        let runner = PackageFolder.path("Fixtures/run.py")
        let (status, output) = try run(
            "python3", [runner, "--program", command, "--id", "integer", "resp/values.jsonl"])
        #expect(status == .exited(2), "\(output)")
        #expect(output.contains("run.py: --program: ") && output.contains(words), "\(output)")
    }
}
