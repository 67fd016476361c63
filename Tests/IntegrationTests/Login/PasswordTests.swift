// The hashes that `rookery user` writes, judged by Python, and the terminal at which it asks.
import Foundation
import TestSupport
import Testing

@Suite("Passwords of users", .needs(.rookery), .ownsWhatItStarts)
struct PasswordTests {
    /// Runs a program to its end.
    private func run(
        _ program: String, _ arguments: [String], seconds: Double = 240
    ) throws -> (exit: ChildProcess.Exit, output: String) {
        let process = try ChildProcess(program, arguments)
        guard let exit = process.waitForExit(seconds: seconds) else { throw KitError("\(program) still runs") }
        return (exit, process.output)
    }

    @Test("a password that is typed is never shown, and Python finds the hash that was written")
    func terminal() throws {
        let rookery = try #require(RookeryBinary.path)
        let folder = try TemporaryFolder("users")
        let users = folder.file("users.jsonl")
        let script = PackageFolder.path("Tests/IntegrationTests/Peers/password_terminal.py")
        let (exit, output) = try run("python3", [script, rookery, users])
        #expect(exit == .exited(0), "\(output)")
        let result = try #require(
            try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: [String: Any]], "\(output)")
        let made = try #require(result["made"])
        let cancelled = try #require(result["cancelled"])
        for (part, status) in [(made, 0), (cancelled, 1)] {
            let shown = try #require(part["shown"] as? String)
            #expect(
                part["status"] as? Int == status && !shown.contains("Marker") && !shown.contains("Pass w"), "\(shown)")
            #expect(part["echo"] as? Bool == true, "the terminal shows again what is typed")
        }
        #expect((made["shown"] as? String)?.contains("added ann") == true)
        // RFC 8018 by another program: hashlib, which asks OpenSSL.
        let check = """
            import base64, hashlib, json, sys
            user = json.loads(open(sys.argv[1]).readline())
            decode = lambda text: base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            for password in ["MarkerPass word", "MarkerPass worx"]:
                key = hashlib.pbkdf2_hmac("sha256", password.encode(), decode(user["salt"]), user["rounds"])
                print(key == decode(user["key"]), user["rounds"], len(decode(user["salt"])))
            """
        let judged = try run("python3", ["-c", check, users])
        #expect(judged.output == "True 600000 16\nFalse 600000 16\n", "\(judged.output)")
    }
}
