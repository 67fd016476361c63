import RESP
import Testing

@Suite("Errors of Redis and what follows from them")
struct ServerErrorTests {
    @Test(
        "R12 each class of error has one action",
        arguments: [
            // Texts of redis-server 7.0.15, Redis 5 where it says so.
            ("LOADING Redis is loading the dataset in memory", ServerError.Class.loading, ServerError.Action.redial),
            (
                "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.", .busy,
                .refuse
            ),
            ("OOM command not allowed when used memory > 'maxmemory'.", .outOfMemory, .refuse),
            (
                "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to", .misconfigured,
                .refuse
            ),
            ("NOREPLICAS Not enough good replicas to write.", .noReplicas, .refuse),
            ("READONLY You can't write against a read only replica.", .readOnly, .redial),
            ("MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", .masterDown, .redial),
            ("NOAUTH Authentication required.", .noAuthentication, .redial),
            ("WRONGPASS invalid username-password pair or user is disabled.", .wrongPassword, .redial),
            ("NOPERM this user has no permissions to run the 'publish' command", .noPermission, .refuse),
            ("NOPROTO unsupported protocol version", .noProtocol, .redial),
            ("DENIED Redis is running in protected mode because", .denied, .redial),
            ("ERR max number of clients reached", .tooManyClients, .redial),
            ("ERR unknown command 'PUBLISH', with args beginning with: ", .unknownCommand, .refuse),
            ("ERR invalid password", .wrongPassword, .redial),
            ("NOSCRIPT No matching script. Please use EVAL.", .noScript, .refuse),
            ("MOVED 3999 127.0.0.1:6381", .clusterRedirection, .redial),
            ("ERR something else", .other, .refuse),
            ("", .other, .refuse),
        ])
    func classes(text: String, errorClass: ServerError.Class, action: ServerError.Action) {
        let error = ServerError(Array(text.utf8))
        #expect(error.errorClass == errorClass)
        #expect(error.action == action)
    }

    @Test("an error's text is bounded and holds no control characters")
    func text() {
        let error = ServerError(Array("ERR \u{1B}[31mred\u{7} \(String(repeating: "x", count: 1_000))".utf8))
        #expect(error.text.utf8.count <= 200)
        #expect(!error.text.utf8.contains { $0 < 0x20 })
    }

    @Test(
        "the arguments of an unknown command are not repeated, nor is the password in whatever a greeting is answered with"
    )
    func secrets() {
        let unknown = ServerError(Array("ERR unknown command 'AUTH', with args beginning with: 'sekret' ".utf8))
        #expect(unknown.text == "ERR unknown command 'AUTH'")
        var greeting = Greeting(.init(credentials: Credentials(user: nil, password: Array("sekret".utf8))))
        _ = greeting.start()
        let answer = RESPValue.simpleError(Array("ERR what is 'sekret', sekret?".utf8))
        let action = greeting.receive(answer)
        #expect(action == .failed(.refused(ServerError(Array("ERR what is '(hidden)', (hidden)?".utf8)))))
    }
}
