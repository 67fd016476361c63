// A load generator is worth what it notices: servers that do wrong on purpose, and servers that are not there.
import TestSupport
import Testing

@Suite("rookery-bench fanout notices", .needs(.bench), .needs(.pythonPackages), .ownsWhatItStarts)
struct FanoutFaultTests {
    private static func run(_ faults: [String], _ arguments: [String] = []) throws -> FanoutRunner {
        let relay = try PythonPeer("faulty_relay.py", faults)
        let load = ["--subscribers", "4", "--rate", "200", "--duration", "1s", "--warmup", "0s"]
        return try FanoutRunner(["ws://127.0.0.1:\(relay.port)/"] + load + arguments)
    }

    @Test(
        "planted faults are reported as exactly what they are",
        arguments: [
            ([], [0, 0, 0, 0, 0]), (["drop=30:20"], [20, 0, 0, 0, 0]), (["duplicate=60"], [0, 1, 0, 0, 0]),
            (["swap=70"], [0, 0, 1, 0, 0]), (["corrupt=80"], [0, 0, 0, 1, 0]),
            (["drop=30:20", "duplicate=60", "swap=70"], [20, 1, 1, 0, 0]),
            (["drop=0:1", "corrupt=1", "swap=2", "duplicate=4"], [1, 1, 1, 1, 0]),
        ])
    func planted(faults: [String], expected: [Int]) throws {
        let run = try Self.run(faults)
        #expect(run.faults == expected, "\(run.output)")
        #expect(run.count("deliveries", "published") == 200 && run.count("deliveries", "expected") == 800)
        #expect(run.count("deliveries", "received") == 800 - expected[0] + expected[1] - expected[3])
        #expect(run.exit == .exited(expected == [0, 0, 0, 0, 0] ? 0 : 1))
    }

    @Test("with a window, too, though what is lost is never answered")
    func window() throws {
        let relay = try PythonPeer("faulty_relay.py", ["drop=30:20", "duplicate=60", "swap=70"])
        let run = try FanoutRunner([
            "ws://127.0.0.1:\(relay.port)/", "--subscribers", "3", "--window", "8", "--duration", "1s", "--warmup",
            "0s",
        ])
        #expect(run.faults == [20, 1, 1, 0, 0], "\(run.output)")
        #expect(run.count("deliveries", "published") > 100 && run.exit == .exited(1))
    }

    @Test("a connection that ends in the middle is told, and what it missed is lost")
    func ended() throws {
        let run = try Self.run(["reset=100"])
        #expect(run.faults == [100, 0, 0, 0, 0], "\(run.output)")
        #expect(run.count("connections", "failed") == 1 && run.exit == .exited(1))
        #expect(run.warnings.contains { $0.hasPrefix("1 connection failed or ended: ") }, "\(run.warnings)")
    }

    @Test("a message of another channel is stray")
    func stray() throws {
        // The relay knows no channels: each of two gets the other's messages.
        let relay = try PythonPeer("faulty_relay.py")
        let run = try FanoutRunner([
            "ws://127.0.0.1:\(relay.port)/{channel}", "--subscribers", "4", "--channels", "2", "--publishers", "1",
            "--rate",
            "100", "--duration", "1s", "--warmup", "0s",
        ])
        #expect(run.faults == [0, 0, 0, 0, 200], "\(run.output)")
        #expect(run.count("deliveries", "expected") == 200 && run.count("deliveries", "received") == 200)
        #expect(run.exit == .exited(1))
    }

    @Test("a server that is not there, or speaks something else, is named with the reason")
    func unreachable() throws {
        let nobody = try FanoutRunner(["ws://127.0.0.1:\(try FreePort.next())/", "--subscribers", "3"])
        #expect(nobody.exit == .exited(1))
        #expect(nobody.output.contains("no connection could be opened: connect to 127.0.0.1:"), "\(nobody.output)")
        #expect(nobody.output.contains("Connection refused"), "\(nobody.output)")
        let refusing = try ScriptedPeer { connection in
            _ = try connection.socket.receiveExactly(16)
            try connection.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno")
        }
        let forbidden = try FanoutRunner(["ws://127.0.0.1:\(refusing.port)/", "--subscribers", "1"])
        #expect(forbidden.exit == .exited(1))
        #expect(forbidden.output.contains("status 403"), "\(forbidden.output)")
    }

    @Test("a Redis that is not there is named instead of waited for")
    func noRedis() throws {
        let relay = try PythonPeer("faulty_relay.py")
        let run = try FanoutRunner([
            "ws://127.0.0.1:\(relay.port)/", "--subscribers", "2", "--publish-by",
            "redis://127.0.0.1:\(try FreePort.next())", "--redis-channel", "x",
        ])
        #expect(run.exit == .exited(1))
        #expect(run.output.contains("rookery-bench fanout: Redis: connect to 127.0.0.1:"), "\(run.output)")
    }

    @Test("a server that answers no handshake is given up after twenty seconds", .slow())
    func silent() throws {
        let silent = try ScriptedPeer { try $0.staySilent(seconds: 60) }
        let run = try FanoutRunner(["ws://127.0.0.1:\(silent.port)/", "--subscribers", "2"])
        #expect(run.exit == .exited(1))
        #expect(run.output.contains("0 of 2 connections are open, and for 20 s no handshake"), "\(run.output)")
    }

    @Test("wrong arguments end with 2, before anything is connected, and say what and where")
    func wrongArguments() throws {
        let run = try FanoutRunner(["ws://127.0.0.1:1/", "--size", "3"])
        #expect(run.exit == .exited(2))
        #expect(run.output.hasPrefix("rookery-bench fanout: --size \"3\": expected bytes from 56"), "\(run.output)")
    }
}
