// What `rookery config` prints.
import EventLoop
import Testing

@testable import Server

@Suite("Configurations as text")
struct ConfigurationWriterTests {
    private func load(
        _ file: String, _ arguments: [String] = [], _ environment: [String: String] = [:]
    ) throws -> LoadedConfiguration {
        let outcome = try ConfigurationReader.read(
            arguments: ["--config", "a.json"] + arguments, environment: environment,
            readFile: { _ throws(SystemError) in Array(file.utf8) })
        guard case .run(let loaded) = outcome else { throw ConfigurationReader.Failure(message: "not a start") }
        return loaded
    }

    @Test("the file with all defaults reads back to the defaults, and names every key")
    func defaults() throws {
        let text = ConfigurationWriter.defaults()
        var wanted = Configuration()
        wanted.file = "a.json"
        #expect(try load(text).configuration == wanted)
        for setting in Settings.all where setting.flag != "--config" {
            #expect(text.contains("\"\(ConfigurationFile.key(of: setting.flag))\":"), "\(setting.flag)")
        }
        for setting in NamespaceSetting.all { #expect(text.contains("\"\(setting.name)\":"), "\(setting.name)") }
    }

    @Test("what is in force reads back to the same, and says where each value came from")
    func inForce() throws {
        let file = """
            {"max_queue_bytes": "2MiB", "threads": 1, "relay": ["x", "y"], "open": true,
             "namespaces": [{"name": "room", "presence": true, "history_size": 3, "history_ttl": 60}, {"name": "ab"}]}
            """
        let loaded = try load(file, ["--threads", "2"], ["ROOKERY_PING_INTERVAL": "7s", "ROOKERY_DEFLATE": "off"])
        let text = ConfigurationWriter.inForce(loaded)
        #expect(try load(text).configuration == loaded.configuration)
        for line in [
            "\"threads\": 2,  // flag", "\"ping_interval\": \"7s\",  // environment ROOKERY_PING_INTERVAL",
            "\"max_queue_bytes\": \"2MiB\",  // file, line 1", "\"pong_timeout\": \"10s\",  // default",
            "\"open\": true,  // file, line 1", "\"deflate\": false,  // environment",
        ] {
            #expect(text.contains(line), "\(text)")
        }
    }

    @Test("passwords are ***")
    func secrets() throws {
        for url in ["redis://user:s3cr3t@host:7000/1", "redis://:s3cr3t@s3cr3t@host"] {
            let text = ConfigurationWriter.inForce(try load("{}", ["--redis", url]))
            #expect(!text.contains("s3cr3t") && text.contains("redis://***@host"), "\(text)")
            let wrong = ConfigurationWriter.inForce(try load("{}", ["--relay", url]))
            #expect(!wrong.contains("s3cr3t"), "\(wrong)")
        }
    }
}
