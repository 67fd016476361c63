// The life of a connection: QUIT, RESET, CLIENT REPLY, names, and that connections are apart.

enum RedisSessionCases {
    static let all: [RedisCase] = [
        RedisCase(
            "session/quit", Spec.command("QUIT"), .should, "QUIT is answered with +OK and the end of the connection"
        ) { trial in
            let line = try trial.line()
            try line.expect("QUIT", is: "+OK\r\n")
            try line.expectEnd("the connection is closed as soon as all replies are written")
        },
        RedisCase(
            "session/quit-behind-others", Spec.command("QUIT"), .should,
            "replies before QUIT come first; what is behind it is not run"
        ) { trial in
            let (line, key) = (try trial.line(), trial.key())
            line.send(raw: command("ECHO", "1") + command("QUIT") + command("SET", key, "wrong"))
            try line.expectReply(bulk("1"))
            try line.expectReply("+OK\r\n")
            try line.expectEnd("the connection is closed as soon as all replies are written")
            try trial.line().expect("EXISTS", key, is: ":0\r\n", "the command came after QUIT")
        },
        RedisCase("session/reset", Spec.command("RESET"), .should, "RESET is answered with +RESET") {
            try $0.line().expect("RESET", is: "+RESET\r\n")
        },
        RedisCase("session/reset-to-resp2", Spec.command("RESET"), .should, "RESET goes back to RESP2") { trial in
            guard trial.target.credentials == nil else {
                throw CaseStop.skipped("RESET takes the authentication as well")
            }
            let line = try trial.line(.three)
            try line.expect("RESET", is: "+RESET\r\n")
            try line.expect("GET", trial.key(), is: "$-1\r\n", "RESET sets the connection's protocol to RESP2")
        },
        RedisCase("session/reset-discards", Spec.command("RESET"), .should, "RESET discards a transaction") { trial in
            guard trial.target.credentials == nil else {
                throw CaseStop.skipped("RESET takes the authentication as well")
            }
            let line = try trial.line()
            try line.prepare("MULTI")
            try line.expect("RESET", is: "+RESET\r\n")
            try line.expect("ECHO", "x", is: bulk("x"), "the transaction was discarded")
        },
        RedisCase("session/reset-deauthenticates", Spec.command("RESET"), .should, "RESET takes the authentication") {
            trial in
            guard trial.target.credentials != nil else {
                throw CaseStop.skipped("the server address names no password")
            }
            let line = try trial.line()
            try line.expect("RESET", is: "+RESET\r\n")
            line.send("GET", trial.key())
            try line.expectError("NOAUTH", "RESET deauthenticates the connection")
        },
        RedisCase(
            "session/name", Spec.command("CLIENT SETNAME"), .should,
            "CLIENT GETNAME tells the name that CLIENT SETNAME gave"
        ) { trial in
            let line = try trial.line()
            try line.expect("CLIENT", "SETNAME", "rookery", is: "+OK\r\n")
            try line.expect("CLIENT", "GETNAME", is: bulk("rookery"))
        },
        RedisCase("session/name-with-space", Spec.command("CLIENT SETNAME"), .should, "a name with a space is refused")
        { trial in
            let line = try trial.line()
            line.send("CLIENT", "SETNAME", "a b")
            try line.expectError("ERR", "a name with spaces would break CLIENT LIST")
        },
        RedisCase("session/id", Spec.command("CLIENT ID"), .should, "CLIENT ID is an integer, and the same each time") {
            trial in
            let line = try trial.line()
            let (one, two) = (try line.ask("CLIENT", "ID"), try line.ask("CLIENT", "ID"))
            guard case .integer = one else { return try line.want(false, "an integer", one, "an id is an integer") }
            try line.want(one == two, "the same id twice", two, "a connection has one id")
        },
        RedisCase(
            "session/reply-skip", Spec.command("CLIENT REPLY"), .should,
            "CLIENT REPLY SKIP takes the reply of the next command away, and no other"
        ) { trial in
            let line = try trial.line()
            try line.prepare("CLIENT", "ID")
            line.send(raw: command("CLIENT", "REPLY", "SKIP") + command("ECHO", "1") + command("ECHO", "2"))
            try line.expectReply(bulk("2"), "neither SKIP nor the command behind it is answered")
        },
        RedisCase(
            "session/reply-off", Spec.command("CLIENT REPLY"), .should,
            "after CLIENT REPLY OFF nothing is answered until ON, which is answered with +OK"
        ) { trial in
            let line = try trial.line()
            try line.prepare("CLIENT", "ID")
            line.send(
                raw: command("CLIENT", "REPLY", "OFF") + command("ECHO", "1") + command("ROOKERY.NO")
                    + command("CLIENT", "REPLY", "ON"))
            try line.expectReply("+OK\r\n", "while replies are off not even errors are sent")
            try line.expect("ECHO", "2", is: bulk("2"))
        },
        RedisCase(
            "session/protocols-are-apart", Spec.protocolSpec("Client handshake"),
            "HELLO 3 in one connection leaves another in RESP2"
        ) { trial in
            let (two, three) = (try trial.line(), try trial.line(.three))
            try three.expect("GET", trial.key(), is: "_\r\n")
            try two.expect("GET", trial.key(), is: "$-1\r\n", "the version belongs to the connection")
        },
        RedisCase(
            "session/sees-others", Spec.protocolSpec("Request-Response model"), .should,
            "what one connection was answered for is seen by the next one"
        ) { trial in
            let (one, two, key) = (try trial.line(), try trial.line(), trial.key())
            for number in 0..<50 {
                try one.expect("SET", key, "\(number)", is: "+OK\r\n")
                try two.expect("GET", key, is: bulk("\(number)"), "the command was processed before its reply was sent")
            }
        },
        RedisCase(
            "session/many-connections", Spec.protocolSpec("Network layer"), .should,
            "50 connections at the same time are all served"
        ) { trial in
            var lines: [RedisLine] = []
            for _ in 0..<50 { lines.append(try trial.line()) }
            for (number, line) in lines.enumerated() { line.send("ECHO", "\(number)") }
            for (number, line) in lines.enumerated() { try line.expectReply(bulk("\(number)")) }
        },
        RedisCase(
            "session/half-closed", Spec.protocolSpec("Network layer"), .may,
            "a client that ends its direction behind its commands still gets the replies"
        ) { trial in
            let line = try trial.line()
            line.send(raw: command("ECHO", "1") + command("ECHO", "2"))
            line.endSending()
            try line.expectReply(bulk("1"), "the commands came whole before the end")
            try line.expectReply(bulk("2"), "the commands came whole before the end")
        },
        RedisCase(
            "session/scan-cursor", Spec.command("SCAN"), "SCAN is an array of a cursor as bulk string and an array"
        ) { trial in
            let line = try trial.line()
            let value = try line.prepare("SCAN", "0", "COUNT", "1")
            let parts = value.elements ?? []
            guard parts.count == 2, case .bulk = parts[0], case .array = parts[1] else {
                return try line.want(
                    false, "an array of a bulk string and an array", value, "SCAN answers a cursor and elements")
            }
        },
    ]
}
