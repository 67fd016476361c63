// Attacks through real reverse proxies: whatever they pass on, they and the node count the same number of requests. One more on
// our side would be a request that somebody has smuggled past the proxy.
import Foundation
import TestSupport
import Testing

extension Faults {
    @Suite("Attacks through proxies", .needs(.nginx), .needs(.haproxy))
    struct ProxyFaultTests {
        enum Kind: String, CaseIterable, CustomTestStringConvertible {
            case nginx, haproxy

            func start(before server: RookeryServer) throws -> any ReverseProxy {
                switch self {
                case .nginx: try NginxServer(to: server.port)
                case .haproxy: try HAProxyServer(to: server.port)
                }
            }

            var testDescription: String { rawValue }
        }

        @Test("H1 H2 H3 H4 proxy and node count the same requests, whatever is sent", arguments: Kind.allCases)
        func equalCounts(_ kind: Kind) throws {
            try compare(kind, (SmugglingTable.refused + SmugglingTable.accepted).map(\.bytes))
        }

        @Test(
            "W13 proxy and node count the same requests behind a refused upgrade: no tunnel opens",
            arguments: Kind.allCases)
        func refusedUpgrades(_ kind: Kind) throws {
            let answers = try compare(kind, UpgradeTable.refused.map { $0.head(host: "localhost") })
            // A proxy may mend what is its own business: the version of HTTP and the Connection field.
            for (attack, answer) in zip(UpgradeTable.refused, answers) where !attack.isHopByHop {
                #expect(!answer.hasPrefix("HTTP/1.1 101"), "\(attack.name): \(answer.prefix(60))")
            }
        }

        @Test(
            "W13 behind a refused upgrade nothing of the client reaches the node unseen, also when sent later",
            arguments: Kind.allCases)
        func lateSmuggling(_ kind: Kind) throws {
            let server = try RookeryServer(["--open"])
            let proxy = try kind.start(before: server)
            let before = (seen: try server.metric("rookery_requests_total"), passed: proxy.passedOn())
            let connections = try UpgradeTable.refused.map { attack in
                let connection = try RawHTTP(port: proxy.port)
                try connection.send(attack.head(host: "localhost"))
                return connection
            }
            sleep(milliseconds: 300)
            for connection in connections {
                // A tunnel would carry this to the node as it is.
                try? connection.send("GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n")
            }
            sleep(milliseconds: 300)
            for connection in connections { connection.socket.close() }
            try expectEqual(server, proxy, before)
        }

        /// Sends each attack on a connection of its own; what came back on each.
        @discardableResult
        private func compare(_ kind: Kind, _ attacks: [String]) throws -> [String] {
            let server = try RookeryServer(["--open"])
            let proxy = try kind.start(before: server)
            let before = (seen: try server.metric("rookery_requests_total"), passed: proxy.passedOn())
            let sockets = try attacks.map { attack in
                let socket = try StreamSocket(port: proxy.port)
                try? socket.send(attack)
                return socket
            }
            let answers = sockets.map { socket in
                var answer: [UInt8] = []
                while let bytes = try? socket.receiveIfAny(seconds: answer.isEmpty ? 0.5 : 0.05), !bytes.isEmpty {
                    answer += bytes
                }
                return String(decoding: answer, as: UTF8.self)
            }
            for socket in sockets { socket.close() }
            try expectEqual(server, proxy, before)
            #expect(server.process.isRunning)
            return answers
        }

        /// Waits until the proxy has logged all it passed on.
        private func expectEqual(
            _ server: RookeryServer, _ proxy: any ReverseProxy, _ before: (seen: Int, passed: Int)
        ) throws {
            var seen = 0
            var asked = 0
            var passed = 0
            try? wait(until: "both counts agree", seconds: 5, everyMilliseconds: 100) {
                asked += 1
                seen = try server.metric("rookery_requests_total") - before.seen - asked
                passed = proxy.passedOn() - before.passed
                return seen == passed && asked > 3
            }
            #expect(seen == passed, "the node read \(seen) requests, the proxy passed on \(passed)")
            #expect(passed > 0)
        }
    }
}
