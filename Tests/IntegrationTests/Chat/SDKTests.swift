// The official SDK at the protocol door, in both encodings: what an application sees of connections, tokens, publications, recovery.
import Foundation
import TestSupport
import Testing

@Suite("The client protocol with its official SDK", .needs(.rookery), .needs(.pythonPackages), .ownsWhatItStarts)
struct SDKTests {
    private static let configuration = #"""
        {"allow_weak_hmac_key": true, "allow_anonymous": true, "personal_channels": "mine", "namespaces": [
            {"name": "chat", "presence": true, "join_leave": true, "force_push_join_leave": true,
             "join_leave_max_per_second": 0, "history_size": 1000, "history_ttl": "300s", "force_recovery": true,
             "allowed_delta_types": ["fossil"], "allow_tags_filter": true,
             "allow_subscribe_for_client": true, "allow_publish_for_client": true,
             "allow_history_for_client": true, "allow_presence_for_client": true},
            {"name": "mine", "history_size": 100, "history_ttl": "300s", "force_recovery": true},
            {"name": "bin", "publication_data_format": "binary", "allow_subscribe_for_client": true}]}
        """#

    @Test(
        "centrifuge-python connects, talks, recovers after killed sockets, refreshes its tokens and leaves nothing behind",
        arguments: ["json", "protobuf"], [1, 3])
    func python(codec: String, threads: Int) throws {
        let folder = try TemporaryFolder("sdk")
        let path = folder.file("rookery.json")
        try Data(Self.configuration.utf8).write(to: URL(filePath: path))
        let (key, secret) = ("key-of-the-tests", "secret")
        let node = try RookeryServer(
            ["--config", path, "--threads", "\(threads)"],
            environment: ["ROOKERY_API_KEY": key, "ROOKERY_TOKEN_SECRET": secret])
        let python = try #require(PythonEnvironment.interpreter)
        let script = PackageFolder.path("Tests/IntegrationTests/Peers/chat_sdk.py")
        let process = try ChildProcess(python, [script, String(node.port), codec, key, secret])
        #expect(process.waitForExit(seconds: 90) == .exited(0), "\(process.output.suffix(3_000))")
        #expect(process.output.hasSuffix("done\n"))
    }
}
