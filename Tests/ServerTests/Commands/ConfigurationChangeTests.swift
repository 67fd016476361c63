// What a reload makes of two configurations, without a node.
import EventLoop
import TestSupport
import Testing

@testable import Server

@Suite("A configuration read again")
struct ConfigurationChangeTests {
    private func load(_ file: String, _ arguments: [String] = []) throws -> LoadedConfiguration {
        let outcome = try ConfigurationReader.read(
            arguments: ["--config", "a.json", "--open"] + arguments, environment: [:],
            readFile: { _ throws(SystemError) in Array(file.utf8) })
        guard case .run(let loaded) = outcome else { throw ConfigurationReader.Failure(message: "not a start") }
        return loaded
    }

    @Test("what may change changes; what may not keeps its value and is told by name")
    func both() throws {
        let old = try load(#"{"relay": ["a"], "threads": 1, "max_connections": 5, "deflate": false}"#)
        let fresh = try load(
            #"""
            {"relay": ["b"], "threads": 2, "echo": true, "max_connections": 5, "deflate": false,
             "max_queue_bytes": "1024KiB", "namespaces": [{"name": "room"}]}
            """#)
        let change = try ConfigurationChange(from: old, to: fresh)
        #expect(change.changed == ["relay", "echo", "namespaces"] && change.waiting == ["threads"])
        #expect(change.words() == "changed: relay, echo, namespaces; only after a restart: threads")
        let merged = change.merged.configuration
        #expect(merged.relay == ["b"] && merged.servesEcho && merged.threads == 1 && !merged.isDeflateOn)
        #expect(merged.channels.namespaces.map(\.name) == ["room"])
        // Once more: only what still waits.
        #expect(
            try ConfigurationChange(from: change.merged, to: fresh).words()
                == "nothing changed; only after a restart: threads")
    }

    @Test("a key that is gone has its default again; a flag still goes before the file")
    func gone() throws {
        let old = try load(#"{"relay": ["a"], "echo": true}"#, ["--plain-channels", "x"])
        let fresh = try load(#"{"plain_channels": ["y"]}"#, ["--plain-channels", "x"])
        let change = try ConfigurationChange(from: old, to: fresh)
        #expect(change.changed == ["relay", "echo"])
        #expect(change.merged.configuration.relay.isEmpty && change.merged.configuration.plainChannels == ["x"])
    }

    @Test("a configuration with which no node would start is refused whole, also when the fault waits for a restart")
    func refused() throws {
        let old = try load("{}")
        for file in [
            #"{"relay": ["b"], "allow_origin": ["x/y"]}"#, #"{"relay": ["b"], "stop_spread": "9s"}"#,
            #"{"relay": ["b"], "redis_password_file": "/nonexistent"}"#,
        ] {
            let fresh = try load(file)
            #expect(throws: ConfigurationReader.Failure.self) { _ = try ConfigurationChange(from: old, to: fresh) }
        }
    }

    @Test("what goes by itself, but not with what waits for a restart, is told so")
    func restart() throws {
        let folder = try TemporaryFolder("reload")
        let secret = try folder.write("0123456789abcdef0123456789abcdef", to: "secret")
        func load(_ file: String) throws -> LoadedConfiguration {
            let outcome = try ConfigurationReader.read(
                arguments: ["--config", "a.json"], environment: [:],
                readFile: { _ throws(SystemError) in Array(file.utf8) })
            guard case .run(let loaded) = outcome else { throw ConfigurationReader.Failure(message: "not a start") }
            return loaded
        }
        let old = try load(#"{"open": true}"#)
        let fresh = try load(#"{"token_secret_file": ["\#(secret)"]}"#)
        let failure = #expect(throws: ConfigurationReader.Failure.self) {
            try ConfigurationChange(from: old, to: fresh)
        }
        #expect(failure?.message.hasPrefix("restart the node: open cannot change while it runs") == true, "\(failure)")
    }

    @Test(
        "the settings that may change are those of LiveSettings, of tokens, of the HTTP API, and the limit of connections"
    )
    func list() {
        let names = Settings.all.filter(\.changesWhileRunning).map(\.flag)
        #expect(
            names == [
                "--plain-channels", "--relay", "--echo", "--allow-origin", "--host", "--trusted-proxy",
                "--token-secret-file", "--token-hmac-algorithm", "--allow-weak-hmac-key", "--token-public-key",
                "--token-rsa-algorithm", "--token-jwks", "--token-issuer", "--token-audience", "--token-require",
                "--token-leeway", "--token-max-lifetime", "--token-query-time", "--token-deny-file",
                "--api-key-file", "--api-key-in-query", "--max-api-bytes", "--login-time",
                "--max-connections", "--handshake-timeout", "--keep-alive-timeout", "--limits",
            ] + LimitName.allCases.map(\.flag))
    }
}
