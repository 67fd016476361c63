// AUTH, passwords, and users of the access control list. Users made here have names of their own and are deleted.

enum RedisAuthCases {
    private static let auth = Spec.command("AUTH")
    private static let acl = Spec.guide("ACL")
    private static let noPassword = "the server address names no password: write redis://:password@host:port"

    static let all: [RedisCase] = refusals + passwords + users

    private static let refusals: [RedisCase] = [
        RedisCase("auth/no-arguments", auth, .should, "AUTH without arguments is an error") { trial in
            let line = try trial.line()
            line.send("AUTH")
            try line.expectError("ERR", "AUTH takes one or two arguments")
        },
        RedisCase("auth/too-many-arguments", auth, .should, "AUTH with three arguments is an error") { trial in
            let line = try trial.line()
            line.send("AUTH", "a", "b", "c")
            try line.expectError("ERR", "AUTH takes one or two arguments")
        },
        RedisCase("auth/unknown-user", auth, "AUTH with a user that does not exist is an error") { trial in
            let line = try trial.line()
            line.send("AUTH", trial.name("nobody"), "wrong")
            try line.expectError(nil, "credentials that are wrong must not be taken")
        },
        RedisCase("auth/wrongpass", auth, .should, "AUTH with a user that does not exist is refused with -WRONGPASS") {
            trial in
            let line = try trial.line()
            line.send("AUTH", trial.name("nobody"), "wrong")
            try line.expectError("WRONGPASS", "the code word of a wrong user or password is WRONGPASS")
        },
        RedisCase("auth/after-refusal-alive", auth, "after a refused AUTH the connection goes on") { trial in
            let line = try trial.line()
            line.send("AUTH", trial.name("nobody"), "wrong")
            _ = try line.reply("an error")
            try line.expect("PING", is: "+PONG\r\n", "an error is a reply like others")
        },
    ]

    private static let passwords: [RedisCase] = [
        RedisCase("auth/noauth-before", auth, "a server with a password answers commands before AUTH with -NOAUTH") {
            trial in
            guard trial.target.credentials != nil else { throw CaseStop.skipped(noPassword) }
            let line = try trial.bare()
            line.send("GET", trial.key())
            try line.expectError("NOAUTH", "before authentication commands are denied")
        },
        RedisCase("auth/ok", auth, "AUTH with the right password is answered with +OK") { trial in
            guard let credentials = trial.target.credentials else { throw CaseStop.skipped(noPassword) }
            let line = try trial.bare()
            try line.expect([Array("AUTH".utf8)] + credentials, is: Array("+OK\r\n".utf8))
        },
        RedisCase("auth/wrong-password", auth, "AUTH with a wrong password is an error, and commands stay denied") {
            trial in
            guard let credentials = trial.target.credentials else { throw CaseStop.skipped(noPassword) }
            let line = try trial.bare()
            var wrong = credentials
            wrong[wrong.count - 1] += Array("x".utf8)
            line.send([Array("AUTH".utf8)] + wrong)
            try line.expectError(nil, "a password that is wrong must not be taken")
            line.send("GET", trial.key())
            try line.expectError("NOAUTH", "after a refused AUTH commands are still denied")
        },
        RedisCase("auth/password-prefix", auth, "AUTH with the beginning of the password is an error") { trial in
            guard let credentials = trial.target.credentials, (credentials.last?.count ?? 0) > 1 else {
                throw CaseStop.skipped(noPassword)
            }
            let line = try trial.bare()
            var wrong = credentials
            wrong[wrong.count - 1].removeLast()
            line.send([Array("AUTH".utf8)] + wrong)
            try line.expectError(nil, "the whole password is compared")
        },
        RedisCase("auth/in-a-pipeline", auth, "in a pipeline AUTH counts for what comes behind it, not before") {
            trial in
            guard let credentials = trial.target.credentials else { throw CaseStop.skipped(noPassword) }
            let line = try trial.bare()
            let get = command("GET", trial.key())
            line.send(raw: get + WireText.command([Array("AUTH".utf8)] + credentials) + get)
            try line.expectError("NOAUTH", "before authentication commands are denied")
            try line.expectReply("+OK\r\n")
            try line.expectReply("$-1\r\n")
        },
        RedisCase(
            "auth/hello-auth", Spec.protocolSpec("Client handshake"), "HELLO 3 AUTH authenticates and switches to RESP3"
        ) { trial in
            guard trial.target.credentials != nil else { throw CaseStop.skipped(noPassword) }
            _ = try trial.line(.three)
            let line = try trial.bare()
            line.send([Array("HELLO".utf8), Array("3".utf8)] + trial.helloWords)
            _ = try line.reply("a map (%)")
            try line.expect("GET", trial.key(), is: "_\r\n")
        },
        RedisCase(
            "auth/hello-without-auth", Spec.command("HELLO"), .should,
            "HELLO 3 without AUTH is refused where a password is wanted"
        ) { trial in
            guard trial.target.credentials != nil else { throw CaseStop.skipped(noPassword) }
            let line = try trial.bare()
            line.send("HELLO", "3")
            try line.expectError("NOAUTH", "HELLO must be called with AUTH when the client is not authenticated")
        },
        RedisCase(
            "auth/hello-wrong-password", Spec.protocolSpec("Client handshake"),
            "HELLO 3 AUTH with a wrong password is an error, and the connection stays in RESP2"
        ) { trial in
            guard trial.target.credentials != nil else { throw CaseStop.skipped(noPassword) }
            let line = try trial.bare()
            var words = trial.helloWords
            words[words.count - 1] += Array("x".utf8)
            line.send([Array("HELLO".utf8), Array("3".utf8)] + words)
            try line.expectError(nil, "a password that is wrong must not be taken")
            guard let credentials = trial.target.credentials else { return }
            try line.expect([Array("AUTH".utf8)] + credentials, is: Array("+OK\r\n".utf8))
            try line.expect("GET", trial.key(), is: "$-1\r\n", "a refused HELLO remains in RESP2")
        },
    ]

    /// Makes a user that may read keys of the case, and gives a connection of it.
    private static func limited(_ trial: RedisTrial, _ rules: String...) throws(CaseStop) -> (RedisLine, user: String) {
        let user = trial.user("user")
        let admin = try trial.line()
        var words = ["ACL", "SETUSER", user, "reset", "on", ">secret", "~\(trial.name(""))*", "resetchannels"]
        words += rules
        let value = try admin.ask(words.map { Array($0.utf8) })
        if let text = value.errorText { throw .skipped("ACL SETUSER: \(String(decoding: text, as: UTF8.self))") }
        let line = try trial.bare()
        try line.expect("AUTH", user, "secret", is: "+OK\r\n", "the user was made with this password")
        return (line, user)
    }

    private static let users: [RedisCase] = [
        RedisCase(
            "acl/user-authenticates", acl, "a user of the access control list authenticates with AUTH user password"
        ) {
            let (line, user) = try limited($0, "+ping", "+acl|whoami")
            try line.expect("ACL", "WHOAMI", is: bulk(user), "ACL WHOAMI tells the connection's user")
        },
        RedisCase(
            "acl/hello-authenticates", Spec.protocolSpec("Client handshake"),
            "a user authenticates with HELLO 3 AUTH user password"
        ) { trial in
            let (_, user) = try limited(trial, "+ping", "+hello", "+acl|whoami")
            let line = try trial.bare()
            line.send("HELLO", "3", "AUTH", user, "secret")
            let value = try line.reply("a map (%)")
            guard value.errorText == nil else {
                return try line.want(false, "a map (%)", value, "the credentials are right")
            }
            try line.expect("ACL", "WHOAMI", is: bulk(user))
        },
        RedisCase("acl/wrong-password", acl, "a wrong password of a user is refused with -WRONGPASS") { trial in
            let (_, user) = try limited(trial, "+ping")
            let line = try trial.bare()
            line.send("AUTH", user, "Secret")
            try line.expectError("WRONGPASS", "the password is another")
        },
        RedisCase("acl/user-off", acl, "a user that is switched off is refused with -WRONGPASS") { trial in
            let (_, user) = try limited(trial, "+ping")
            try trial.line().prepare("ACL", "SETUSER", user, "off")
            let line = try trial.bare()
            line.send("AUTH", user, "secret")
            try line.expectError("WRONGPASS", "the user is disabled")
        },
        RedisCase("acl/noperm-command", acl, "a command that the user may not run is refused with -NOPERM") { trial in
            let (line, _) = try limited(trial, "+get")
            line.send("SET", trial.key(), "1")
            try line.expectError("NOPERM", "the user has no right to run SET")
        },
        RedisCase("acl/noperm-key", acl, "a key that the user may not read is refused with -NOPERM") { trial in
            let (line, _) = try limited(trial, "+get")
            line.send("GET", "another:" + trial.name("key"))
            try line.expectError("NOPERM", "the user has no right to this key")
        },
        RedisCase("acl/noperm-channel", acl, "a channel that the user may not read is refused with -NOPERM") { trial in
            let (line, _) = try limited(trial, "+subscribe")
            line.send("SUBSCRIBE", trial.name("channel"))
            try line.expectError("NOPERM", "the user has no right to this channel")
        },
        RedisCase("acl/noperm-alive", acl, "after -NOPERM the connection goes on with what the user may do") { trial in
            let (line, _) = try limited(trial, "+get", "+ping")
            line.send(raw: command("SET", trial.key(), "1") + command("GET", trial.key()) + command("PING"))
            _ = try line.reply("an error")
            try line.expectReply("$-1\r\n", "the command before it was refused, so the key does not exist")
            try line.expectReply("+PONG\r\n")
        },
        RedisCase(
            "acl/noperm-in-a-transaction", Spec.guide("Transactions"),
            "a command refused inside MULTI makes EXEC answer -EXECABORT"
        ) { trial in
            let (line, _) = try limited(trial, "+get", "+multi", "+exec")
            try line.expect("MULTI", is: "+OK\r\n")
            line.send("SET", trial.key(), "1")
            try line.expectError("NOPERM", "the user has no right to run SET")
            line.send("EXEC")
            try line.expectError("EXECABORT", "the server refuses a transaction with an error while queueing")
        },
        RedisCase(
            "acl/deluser-disconnects", Spec.command("ACL DELUSER"), .should, "deleting a user closes its connections"
        ) { trial in
            let (line, user) = try limited(trial, "+ping")
            try trial.line().prepare("ACL", "DELUSER", user)
            try line.expectEnd("all connections of a deleted user are closed")
        },
    ]
}
