// Wrong, slow and too many requests, straight at the node.
import Foundation
import Synchronization
import TestSupport
import Testing

extension Faults {
    @Suite("HTTP faults")
    struct HTTPFaultTests {
        @Test(
            "H1 H2 H3 H4 a head or body that two programs could read in two ways is refused once, and the connection ends",
            arguments: SmugglingTable.refused)
        func ambiguous(_ attack: SmugglingTable.Attack) throws {
            let server = try SharedNode.plain()
            let connection = try RawHTTP(port: server.port)
            try connection.send(attack.bytes)
            let answers = String(decoding: try connection.socket.receiveToEnd(), as: UTF8.self)
            // Exactly one answer: the request hidden behind it was never read as one.
            #expect(countAnswers(answers) == 1, "\(answers)")
            let status = Int(answers.dropFirst(9).prefix(3))
            #expect(attack.statuses.contains(status ?? 0), "\(answers.prefix(40))")
            #expect(answers.contains("Connection: close\r\n"))
        }

        @Test(
            "H1 H2 H3 H4 what looks odd but has one meaning is served, and the request behind it too",
            arguments: SmugglingTable.accepted)
        func unambiguous(_ attack: SmugglingTable.Attack) throws {
            let server = try SharedNode.plain()
            let connection = try RawHTTP(port: server.port)
            try connection.send(attack.bytes)
            #expect(attack.statuses.contains(try connection.response().status))
            #expect(try connection.response().status == 404)
        }

        @Test(
            "W13 every refused upgrade ends the connection: what follows it is never read",
            arguments: UpgradeTable.refused)
        func refusedUpgrade(_ attack: UpgradeTable.Attack) throws {
            let server = try SharedNode.plain()
            let connection = try RawHTTP(port: server.port)
            try connection.send(
                attack.head(host: "localhost:\(server.port)") + "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
            let answers = String(decoding: try connection.socket.receiveToEnd(), as: UTF8.self)
            #expect(answers.hasPrefix("HTTP/1.1 \(attack.status) "), "\(answers.prefix(60))")
            #expect(countAnswers(answers) == 1, "\(answers)")
            #expect(!answers.contains("rookery_"))
        }

        @Test("H5 a head that has no end is refused at its limit, with nothing more read than one buffer")
        func endlessHead() throws {
            let server = try RookeryServer()
            let before = server.residentBytes
            let floods: [(start: String, piece: String, status: Int)] = [
                ("GET / HTTP/1.1\r\nHost: localhost\r\n", "A: b\r\n", 431),
                ("GET / HTTP/1.1\r\nHost: localhost\r\nX: ", String(repeating: "x", count: 64), 431),
                ("GET /", String(repeating: "p", count: 64), 414),
                ("GET / HTTP/1.1\r\nHost: localhost\r\n", "::::::::::::::::", 431),
                ("", "\r\n\r\n\r\n", 400),
            ]
            // All at once: together they may not cost more than their limits.
            var open: [(connection: RawHTTP, status: Int)] = []
            for _ in 0..<20 {
                for flood in floods {
                    let connection = try RawHTTP(port: server.port)
                    try? connection.send(
                        flood.start + String(repeating: flood.piece, count: 40_000 / flood.piece.utf8.count))
                    open.append((connection, flood.status))
                }
            }
            for (connection, status) in open {
                let answer = try connection.response()
                #expect(answer.status == status, "\(answer.text)")
                #expect(connection.isClosed())
            }
            #expect(Programs.isSanitized || server.peakResidentBytes - before < 12 << 20)
        }

        @Test("H6 heads and bodies that dribble end at one absolute deadline; a normal user does not notice")
        func dribble() throws { try dribble(300, timeout: 2) }

        @Test("H6 2,000 heads and bodies that dribble end at one absolute deadline, too", .slow())
        func dribbleOfMany() throws { try dribble(2_000, timeout: 10) }

        private func dribble(_ count: Int, timeout: Int) throws {
            ManyClients.raiseDescriptorLimit()
            let server = try RookeryServer(["--handshake-timeout", "\(timeout)s"])
            let starts = [
                "GET / HTTP/1.1\r\nHost: localhost\r\nX: ",
                "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n",
            ]
            let sockets = try (0..<count).map { index in
                let socket = try StreamSocket(port: server.port)
                try socket.send(starts[index % 3])
                return socket
            }
            let chunk = Array("1\r\nx\r\n".utf8)
            var ended = Set<Int>()
            let (asked, slowest) = try slowestAnswer(of: server) {
                let deadline = Deadline(seconds: Double(timeout) + 20)
                var position = 0
                while ended.count < count, !deadline.hasPassed {
                    for index in 0..<count where !ended.contains(index) {
                        let byte = index % 3 == 2 ? chunk[position % chunk.count] : 120
                        if (try? sockets[index].sendWhatFits([byte])) == nil { ended.insert(index) }
                    }
                    position += 1
                    sleep(milliseconds: 50)
                }
            }
            #expect(ended.count == count, "\(count - ended.count) still dribble")
            #expect(try server.closes("request_timeout") == count)
            #expect(asked > 20)
            #expect(slowest < 1.5, "the normal user waited \(slowest) s")
        }

        @Test(
            "H6 a connection that asks now and then lives on: the deadline is that of a request, not of the connection")
        func slowButFair() throws {
            let server = try RookeryServer(["--handshake-timeout", "400ms", "--keep-alive-timeout", "3s"])
            let connection = try RawHTTP(port: server.port)
            for _ in 0..<4 {
                try connection.send("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
                #expect(try connection.response().status == 200)
                sleep(milliseconds: 600)
            }
            #expect(connection.isClosed(seconds: 10))
        }

        @Test(
            "H7 line ends and controls in anything we echo never become a header or a control byte of ours",
            arguments: [
                "/%0d%0aX-Evil:%201", "/a%0D%0A%0D%0A<script>", "/%00", "/%1b[31m", "/ws/%0d%0aX-Evil:1",
                "/ws/1?channel=%0d%0aX-Evil:1", "/ws/1?channel=a%0aX-Evil:1", "/relay/%0d%0aX-Evil:1", "/ws/%E2%80%AEx",
                "/nowhere?x=%0d%0aX-Evil:1", "/%C2%85X-Evil:1",
            ])
        func echoedControls(_ path: String) throws {
            let server = try SharedNode.plain()
            for headers in [[], ["Origin: http://evil%0d%0aX-Evil:1"]] {
                let answer = try RawHTTP.get(path, port: server.port, headers: headers)
                check(answer)
                let upgrade = try Handshakes.answer(path, on: server, headers: headers)
                check(upgrade)
            }
        }

        @Test(
            "H7 controls in the names of hosts, origins, keys and versions are refused and shown escaped, if at all",
            arguments: [
                "Host: evil\u{1b}[31m", "Host: a\tb", "Origin: http://a\u{1b}b", "Sec-WebSocket-Version: 13\u{7f}",
                "Sec-WebSocket-Key: \u{1}\u{2}", "Sec-WebSocket-Protocol: \u{1b}", "Transfer-Encoding: \u{1b}",
                "Content-Length: \u{8}5", "Expect: \u{1b}", "Host: \u{85}x", "Upgrade: \u{1b}",
            ])
        func echoedFields(_ field: String) throws {
            let server = try SharedNode.plain()
            let connection = try RawHTTP(port: server.port)
            var lines = ["GET /ws/1 HTTP/1.1", "Upgrade: websocket", "Connection: Upgrade", field]
            if !field.hasPrefix("Host") { lines.append("Host: localhost") }
            try connection.send(lines.joined(separator: "\r\n") + "\r\n\r\n")
            let answer = try connection.response()
            #expect(answer.status >= 400)
            check(answer)
        }

        /// How many responses stand in these bytes; a body may quote a request line, but no status line.
        private func countAnswers(_ text: String) -> Int {
            text.components(separatedBy: "HTTP/1.1 ").dropFirst().count { $0.first?.isNumber == true }
        }

        private func check(_ answer: RawHTTP.Response) {
            #expect(answer["X-Evil"] == nil)
            let lines = answer.head.utf8.split(separator: 10)
            for line in lines {
                #expect(line.allSatisfy { $0 >= 32 && $0 != 127 || $0 == 13 }, "\(answer.head)")
                #expect(line.last == 13 && line.dropLast().allSatisfy { $0 != 13 })
            }
            #expect(answer.body.allSatisfy { $0 >= 32 && $0 != 127 || $0 == 10 }, "\(answer.text)")
            #expect(
                !answer.text.unicodeScalars.contains { $0.properties.generalCategory == .format || $0.value == 0x85 })
        }

        @Test("H8 10,000 pipelined requests with a bad one in the middle: answers in order, nothing after the error")
        func pipelining() throws {
            let server = try RookeryServer()
            let before = server.residentBytes
            let kinds = [("/health/live", 200), ("/icon.svg", 200), ("/style.css", 304), ("/nowhere", 404)]
            let style = try server.get("/style.css")
            let tag = try #require(style["ETag"])
            // A 404 closes: only the first three are asked before the bad one.
            var requests = ""
            for number in 0..<10_000 {
                if number == 5_000 {
                    requests += "GET /bad path HTTP/1.1\r\nHost: localhost\r\n\r\n"
                } else {
                    let path = kinds[number % 3].0
                    requests +=
                        "GET \(path) HTTP/1.1\r\nHost: localhost\r\n\(number % 3 == 2 ? "If-None-Match: \(tag)\r\n" : "")\r\n"
                }
            }
            let connection = try RawHTTP(port: server.port)
            let bytes = Array(requests.utf8)
            let socket = connection.socket
            let isSent = Atomic<Bool>(false)
            let thread = Thread {
                // The end is refused with the connection: nobody reads behind an error.
                try? socket.send(bytes, seconds: 30)
                isSent.store(true, ordering: .relaxed)
            }
            thread.stackSize = 1 << 20
            thread.start()
            // Not read for a moment: the node must stop to read, not gather answers.
            sleep(milliseconds: 500)
            #expect(Programs.isSanitized || server.peakResidentBytes - before < 8 << 20)
            for number in 0..<5_000 {
                let answer = try connection.response()
                guard answer.status == kinds[number % 3].1 else {
                    Issue.record("answer \(number) is \(answer.status)")
                    break
                }
                if number % 3 == 0 { #expect(answer.text == "alive\n") }
            }
            #expect(try connection.response().status == 400)
            #expect(try connection.socket.receiveToEnd().isEmpty)
            try wait(until: "the sender has given up") { isSent.load(ordering: .relaxed) }
            #expect(try server.metric("rookery_requests_total") < 5_100)
        }

        @Test("H8 200 peers that pipeline and never read hold their limits, not their answers", .unsanitized())
        func unreadPipelines() throws {
            let server = try RookeryServer([
                "--socket-send-buffer", "16KiB", "--handshake-timeout", "3s", "--keep-alive-timeout", "3s",
            ])
            let before = server.residentBytes
            let burst = Array(
                String(repeating: "GET /style.css HTTP/1.1\r\nHost: localhost\r\n\r\n", count: 2_000).utf8)
            let sockets = try (0..<200).map { _ in
                let socket = try StreamSocket(port: server.port, receiveBufferBytes: 4_096)
                _ = try socket.sendWhatFits(burst[...])
                return socket
            }
            let (_, slowest) = try slowestAnswer(of: server) { sleep(milliseconds: 1_500) }
            #expect(slowest < 1.5)
            let grown = server.peakResidentBytes - before
            // Per peer: one buffer of requests, and answers up to their limit and one more.
            #expect(grown < 200 * (64 + 64 + 32) << 10, "\(grown >> 10) KiB more")
            try server.waitForMetric("rookery_connections", seconds: 20) { $0 <= 2 }
            _ = sockets
        }

        @Test("H12 100,000 paths, methods, names and agents add no line to the metrics and no memory to the node")
        func labels() throws { try labels(100_000) }

        @Test("H12 1,000,000 of them do not either", .slow())
        func manyLabels() throws { try labels(1_000_000) }

        private func labels(_ count: Int) throws {
            let server = try RookeryServer()
            func names() throws -> [String] {
                try server.get("/metrics").text.split(separator: "\n").map {
                    String($0.hasPrefix("#") ? $0 : $0.prefix { $0 != " " })
                }
            }
            var generator = SystemRandomNumberGenerator()
            func ask(_ count: Int) throws {
                // In bursts on one connection: the answers to one burst are counted before the next leaves.
                let socket = try StreamSocket(port: server.port)
                let mark = Array("HTTP/1.1 404 ".utf8)
                for _ in 0..<count / 1_000 {
                    var burst = ""
                    for _ in 0..<1_000 {
                        let path = String(generator.next(), radix: 36)
                        let query = path.utf8.count.isMultiple(of: 2) ? "?channel=\(path)" : ""
                        burst += "HEAD /\(path)\(query) HTTP/1.1\r\nHost: localhost\r\nUser-Agent: \(path)\r\n\r\n"
                    }
                    try socket.send(Array(burst.utf8), seconds: 30)
                    var answers = 0
                    var bytes: [UInt8] = []
                    while answers < 1_000 {
                        bytes += try socket.receive(seconds: 30)
                        let found = occurrences(of: mark, in: bytes)
                        answers += found.count
                        bytes.removeFirst(found.end)
                    }
                    #expect(answers == 1_000)
                }
                socket.close()
            }
            try ask(10_000)
            // What is refused outright, and names where a channel or a client would stand.
            for number in 0..<200 {
                _ = try RawHTTP.get("/ws/\(number)?channel=\(generator.next())", port: server.port)
                _ = try RawHTTP.get("/", port: server.port, method: "M\(number)")
                _ = try RawHTTP.get("/", port: server.port, headers: ["Origin: http://o\(number).example"])
            }
            let before = (names: try names(), bytes: server.residentBytes)
            try ask(count - 10_000)
            #expect(try names() == before.names)
            #expect(Programs.isSanitized || server.residentBytes - before.bytes < 2 << 20)
            #expect(try server.metric("rookery_requests_total") >= count)
        }

        /// How often `mark` stands in `bytes`, and where the last one ends.
        private func occurrences(of mark: [UInt8], in bytes: [UInt8]) -> (count: Int, end: Int) {
            var count = 0
            var end = 0
            let data = Data(bytes)
            while let found = data.range(of: Data(mark), in: end..<data.count) {
                count += 1
                end = found.upperBound
            }
            return (count, end)
        }

        @Test(
            "H9 only the exact paths of the table exist, however they are dressed up",
            arguments: [
                "/../", "/./", "//", "/%2e%2e/", "/%2e", "/.", "/..", "/%2f", "/%2F%2e%2e%2fetc%2fpasswd",
                "/../etc/passwd",
                "/..%2fetc/passwd", "/index.html%00", "/app.js%00.css", "/app.js/", "/app.js%20", "/app%2ejs",
                "/%61pp.js",
                "/App.js", "/.\\..\\", "/%5c..%5capp.js", "/app.js;x", "/static/../app.js", "/./app.js", "/health/",
                "/health/%6Cive",
                "/health/../metrics", "/metrics%00", "/etc/passwd", "/Assets/app.js",
            ])
        func paths(_ path: String) throws {
            let status = try RawHTTP.get(path, port: SharedNode.plain().port).status
            #expect(status == 404 || status == 400, "\(status)")
        }

        @Test(
            "H9 the exact paths do exist, also with a query",
            arguments: ["/", "/app.js", "/style.css", "/health", "/metrics", "/?x=../y"])
        func exactPaths(_ path: String) throws {
            #expect(try RawHTTP.get(path, port: SharedNode.plain().port).status == 200)
        }
    }
}
