// What settings must not say together, and what they promise about the world outside (a password's file). The start refuses what `rookery
// check` refuses, with the same words.

import EventLoop
import RESP
import RedisLink

enum StartRules {
    struct Problem: Equatable {
        /// The setting to change.
        let flag: String
        /// Setting, value, why, and what to do.
        let text: String
    }

    static let defaultAddress = ListenAddress(.internet(.loopback, port: 8_000))

    /// Everything that keeps a node from starting as far as it can be known without starting it. The files of the password, of keys and of
    /// denied tokens are read into `configuration`.
    static func problems(_ configuration: inout Configuration) -> [Problem] {
        if configuration.listen.isEmpty { configuration.listen = [defaultAddress] }
        var problems = openMode(configuration) + reach(configuration) + prefix(configuration)
        problems += limits(configuration) + stop(configuration)
        do throws(SettingProblem) {
            _ = try AccessPolicy(configuration, listening: configuration.listen)
        } catch {
            problems.append(Problem(flag: "--allow-origin", text: "--allow-origin: \(error.text)"))
        }
        problems += readAPIKeys(&configuration)
        problems += readPassword(&configuration) + readTokenFiles(&configuration)
        // Whether tokens can be signed is only known when their files are read.
        return problems.isEmpty ? users(configuration) : problems
    }

    /// Who writes a file and names no key for tokens has forgotten it, or means it and says so. Who says both cannot mean both.
    private static func openMode(_ configuration: Configuration) -> [Problem] {
        if configuration.isOpen, configuration.tokens.isAsked {
            return [
                Problem(
                    flag: "--open",
                    text:
                        "open: it means that nobody is asked who he is, but there is a key for tokens; leave out \"open\", or the keys"
                )
            ]
        }
        guard configuration.file != nil, !configuration.isOpen, !configuration.tokens.isAsked else { return [] }
        return [
            Problem(
                flag: "--open",
                text:
                    "open: no key for tokens is named, so nobody is asked who he is; name one (token_secret_file, token_public_key, token_jwks), or write \"open\": true if that is meant"
            )
        ]
    }

    /// Without keys anyone who reaches the port is let in: only this machine may reach it unless the operator says otherwise.
    private static func reach(_ configuration: Configuration) -> [Problem] {
        guard !configuration.isOpen, !configuration.tokens.isAsked else { return [] }
        return configuration.listen.filter { !$0.isLoopback }.map { address in
            Problem(
                flag: "--listen",
                text:
                    "--listen \(address): other machines could connect without any check; name a key for tokens, add --open to allow that, or listen on 127.0.0.1"
            )
        }
    }

    private static func prefix(_ configuration: Configuration) -> [Problem] {
        guard PlainDoor.channel.hasPrefix(configuration.redisPrefix) else { return [] }
        return [
            Problem(
                flag: "--redis-prefix",
                text:
                    "--redis-prefix \(configuration.redisPrefix): \(PlainDoor.channel) begins so and would be closed to clients; choose another"
            )
        ]
    }

    /// A message that a client may send must fit through everything behind it, or it would be lost where nobody hears of it.
    private static func limits(_ configuration: Configuration) -> [Problem] {
        var problems = rates(configuration)
        guard configuration.redis != nil else { return problems }
        let payload = configuration.messageBytes + PlainDoor.decorationBytesMax
        if payload > configuration.brokerPayloadBytes {
            problems.append(
                Problem(
                    flag: "--max-broker-bytes",
                    text:
                        "--max-message-bytes \(configuration.messageBytes): with the client's name up to \(payload) bytes are published, but --max-broker-bytes \(configuration.brokerPayloadBytes) would skip them; raise it to \(payload)"
                ))
        }
        let entry = PublishQueue.bytesNeeded(payload: payload)
        if entry > configuration.brokerQueueBytes {
            problems.append(
                Problem(
                    flag: "--broker-queue",
                    text:
                        "--broker-queue \(configuration.brokerQueueBytes): the longest message (--max-message-bytes \(configuration.messageBytes)) would never fit; raise it to \(entry)"
                ))
        }
        return problems
    }

    /// Who may log in must be known, and get a token that is taken.
    private static func users(_ configuration: Configuration) -> [Problem] {
        guard let path = configuration.usersFile else { return [] }
        var problems: [Problem] = []
        do throws(UsersStore.Failure) { _ = try UsersStore.load(path) } catch {
            problems.append(Problem(flag: "--users", text: "--users \(error.text)"))
        }
        do throws(LoginTokens.Problem) {
            _ = try LoginTokens(configuration.tokens, seconds: configuration.loginSeconds)
        } catch {
            problems.append(Problem(flag: error.flag, text: error.text))
        }
        return problems
    }

    /// A message that is longer than what may come at once would never be taken.
    private static func rates(_ configuration: Configuration) -> [Problem] {
        LimitName.allCases.filter { $0.kind == .bytes }.compactMap { limit in
            guard let rate = configuration.rateLimits[limit.kind, limit.scope],
                rate.burst < configuration.messageBytes
            else { return nil }
            return Problem(
                flag: limit.flag,
                text:
                    "\(limit.flag): \(rate.burst) bytes may come at once, so a message of --max-message-bytes \(configuration.messageBytes) never could; write a larger burst, for example \(rate.count)/\(rate.period.rawValue):\(configuration.messageBytes)"
            )
        }
    }

    /// A stop must have time for its last connection.
    private static func stop(_ configuration: Configuration) -> [Problem] {
        guard configuration.stopSpreadMilliseconds >= max(configuration.stopMilliseconds, 1) else { return [] }
        return [
            Problem(
                flag: "--stop-spread",
                text:
                    "--stop-spread \(configuration.stopSpreadMilliseconds)ms: --stop-timeout \(configuration.stopMilliseconds)ms would cut off those whose moment comes later; make the spread shorter"
            )
        ]
    }

    private static func readPassword(_ configuration: inout Configuration) -> [Problem] {
        guard let file = configuration.redisPasswordFile else { return [] }
        let flag = "--redis-password-file"
        let shown = "\(flag) \(Printable.text(file, atMost: 200))"
        guard configuration.redis != nil else {
            return [Problem(flag: flag, text: "\(shown): there is no --redis for it; add one or leave it out")]
        }
        guard let text = SmallFile.read(file, bytesMax: 4_096) else {
            return [Problem(flag: flag, text: "\(shown): cannot be read; check the path and its rights")]
        }
        let line = text.utf8.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        guard !line.isEmpty else {
            return [Problem(flag: flag, text: "\(shown): its first line is empty; write the password there")]
        }
        let user = configuration.redis?.credentials?.user
        configuration.redis?.credentials = Credentials(user: user, password: Array(line))
        return []
    }
}
