// `rookery token`: makes a token for a person or a test, or explains one claim by claim and says why it would be refused. A secret comes from a
// file or the environment, never from the arguments: those are in the shell's history and in every list of processes.

import EventLoop
import JSON
import JWT

enum TokenCommand {
    static let usage = """
        usage: rookery token (--user ID | --anonymous) [OPTION ...]      makes a token
               rookery token --check - [OPTION ...]                      explains the one on standard input

          --user ID             whom it names (sub)
          --anonymous           nobody
          --channel NAME        a subscription token, for this channel alone
          --ttl TIME            how long it holds: 90s, 15m, 12h, 30d. Default: 1h
          --channels LIST       channels the server subscribes the connection to, with commas between them
          --rooms LIST          channels it gives rights in: names or prefix*
          --info JSON           what others see of the user
          --id TEXT             the token's own name (jti), for the deny list
          --algorithm NAME      HS256, HS384 or HS512. Default: HS256, or the configuration's
          --issuer TEXT         iss; with --check what it must be
          --audience TEXT       aud; with --check what it must hold
          --require LIST        with --check: claims that must be there
          --config FILE         the secret, keys and rules of a node with this configuration
          --secret-file FILE    the secret, on the only line of this file; or ROOKERY_TOKEN_SECRET
          --keys FILE           with --check: public keys instead, as JWK Set or PEM
          --allow-weak-secret   take one of fewer than 32 bytes

        Status 0: made, or taken; 1: the token would be refused; 2: a wrong option.

        """

    /// Bytes of a file of secrets or keys, and of a token.
    private static let fileBytesMax = 1 << 20
    private static let secondsMax = 3_650 * 86_400

    /// What comes from outside; tests have their own.
    struct Outside {
        var file: (String) throws(SystemError) -> [UInt8] = { path throws(SystemError) in
            try SmallFile.bytes(path, bytesMax: fileBytesMax)
        }
        var input: () throws(SystemError) -> [UInt8] = readInput
        /// The key set that a configuration names.
        var fetch: (KeySetSource.Place) throws(KeySetFetch.Failure) -> [UInt8] = { place throws(KeySetFetch.Failure) in
            try KeySetFetch.text(of: place)
        }
        /// Seconds since 1970.
        var now: () -> Int64 = { Int64(WallClock.milliseconds() / 1_000) }
    }

    static func run(
        _ arguments: [String], _ environment: [String: String], _ outside: Outside = Outside()
    ) -> CommandAnswer {
        if arguments.contains("--help") || arguments.contains("-h") { return CommandAnswer(output: usage) }
        do throws(Failure) {
            let words = try Words(arguments)
            return words["--check"] == nil
                ? try make(words, environment, outside) : try check(words, environment, outside)
        } catch {
            return .refused(Printable.text(error.message, atMost: 1_000) + "; rookery token --help", status: 2)
        }
    }

    struct Failure: Error {
        let message: String
        init(_ message: String) { self.message = message }
    }

    // MARK: Making

    private static func make(
        _ words: Words, _ environment: [String: String], _ outside: Outside
    ) throws(Failure) -> CommandAnswer {
        for flag in ["--keys", "--require"] where words[flag] != nil {
            throw Failure("\(flag): it goes with --check")
        }
        let user = words["--user"] ?? ""
        guard user.isEmpty == words.has("--anonymous") else {
            throw Failure("--user, --anonymous: write one of them; a user's id is not empty")
        }
        let settings = try settings(words, environment)
        let name = words["--algorithm"] ?? settings.hmacAlgorithm.name
        guard let algorithm = TokenAlgorithm(name: Array(name.utf8)), algorithm.keyKind == .secret else {
            throw Failure(
                "--algorithm \"\(name)\": expected HS256, HS384 or HS512; others need an issuer's private key")
        }
        let secret = try secret(words, environment, settings, outside)
        let allowsWeak = settings.allowsWeakSecret || words.has("--allow-weak-secret")
        let signer: TokenSigner
        do throws(KeyFault) {
            signer = try TokenSigner(secret: secret.bytes.span, algorithm, allowsWeak: allowsWeak)
        } catch {
            throw Failure("the secret: \(error)")
        }
        let now = outside.now()
        var claims = NewClaims()
        claims.user = user
        claims.channel = words["--channel"]
        claims.issuer = words["--issuer"] ?? settings.issuer
        claims.audience = words["--audience"] ?? settings.audience
        claims.tokenIdentifier = words["--id"]
        claims.issuedAt = now
        claims.expiresAt = now + (try seconds(words["--ttl"] ?? "1h"))
        claims.channels = list(words["--channels"]) ?? []
        claims.rooms = list(words["--rooms"])
        claims.info = try words["--info"].map { text throws(Failure) in try json(text) }
        guard claims.channel == nil || claims.channels.isEmpty else {
            throw Failure("--channel, --channels: the one makes a subscription token, the other a connection token")
        }
        return CommandAnswer(output: String(decoding: signer.token(claims), as: UTF8.self) + "\n")
    }

    private static func seconds(_ text: String) throws(Failure) -> Int64 {
        do throws(SettingProblem) {
            return Int64(try Quantities.seconds(text, in: 1...secondsMax))
        } catch {
            throw Failure("--ttl \"\(text)\": \(error.text)")
        }
    }

    /// One value, on one line.
    private static func json(_ text: String) throws(Failure) -> [UInt8] {
        let bytes = Array(text.utf8)
        var reader = JSONReader()
        do throws(JSONError) {
            let place = try reader.skipValue(in: bytes.span)
            guard try reader.next(in: bytes.span) == nil else {
                throw JSONError(.tooManyValues(limit: 1), at: place.upperBound)
            }
            var writer = JSONWriter()
            writer.compact(bytes.span.extracting(place))
            return writer.bytes
        } catch {
            throw Failure("--info: \(error); write one JSON value, for example '{\"name\":\"Ann\"}'")
        }
    }

    // MARK: Explaining

    private static func check(
        _ words: Words, _ environment: [String: String], _ outside: Outside
    ) throws(Failure) -> CommandAnswer {
        guard words["--check"] == "-" else {
            throw Failure("--check: a token is read from standard input alone; write --check - and send it there")
        }
        let making = ["--user", "--channel", "--ttl", "--channels", "--rooms", "--info", "--id", "--algorithm"]
        if let flag = making.first(where: { words[$0] != nil }) ?? (words.has("--anonymous") ? "--anonymous" : nil) {
            throw Failure("\(flag): it does not go with --check")
        }
        let settings = try settings(words, environment)
        let keys = try keys(words, environment, settings, outside)
        var rules = settings.rules
        if let issuer = words["--issuer"] { rules.issuer = issuer }
        if let audience = words["--audience"] { rules.audience = audience }
        if let required = list(words["--require"]) { rules.required = required }
        var token: [UInt8]
        do throws(SystemError) { token = try outside.input() } catch { throw Failure("\(error)") }
        while let last = token.last, last == 0x0A || last == 0x0D || last == 0x20 { token.removeLast() }
        guard !token.isEmpty else { throw Failure("--check -: there is no token on standard input") }
        let explanation = TokenExplanation(token.span, TokenVerifier(keys: keys, rules: rules), now: outside.now())
        return CommandAnswer(output: explanation.description, status: explanation.isAccepted ? 0 : 1)
    }

    private static func keys(
        _ words: Words, _ environment: [String: String], _ settings: TokenSettings, _ outside: Outside
    ) throws(Failure) -> KeySet {
        if words["--config"] != nil, words["--keys"] == nil, words["--secret-file"] == nil {
            return try keys(of: settings, outside)
        }
        guard let path = words["--keys"] else {
            return try keys(
                ofSecret: secret(words, environment, settings, outside).bytes,
                allowsWeak: words.has("--allow-weak-secret"))
        }
        guard words["--secret-file"] == nil else { throw Failure("--keys, --secret-file: write one of them") }
        let text = try bytes(of: path, "--keys", outside)
        let isJSON = text.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: "{")
        do throws(KeyFault) {
            return isJSON ? try KeySet.reading(json: text.span).keys : try KeySet.pem(text.span)
        } catch {
            throw Failure("--keys: \(error)")
        }
    }

    /// Those that a node would have, the issuer's among them.
    private static func keys(of settings: TokenSettings, _ outside: Outside) throws(Failure) -> KeySet {
        guard settings.isAsked else { throw Failure("--config: it names no key for tokens") }
        let keys: TokenKeys
        do throws(TokenKeys.Problem) { keys = try TokenKeys(settings) } catch { throw Failure(error.text) }
        guard case .http(let place) = keys.source else { return keys.verifier(keys.ofFile).keys }
        let text: [UInt8]
        do throws(KeySetFetch.Failure) {
            text = try outside.fetch(place)
        } catch {
            throw Failure("no keys from \(place.text): \(error.text)")
        }
        do throws(KeyFault) {
            return keys.verifier(try keys.reading(text).keys.keys).keys
        } catch {
            throw Failure("the keys from \(place.text): \(error)")
        }
    }

    /// Whatever of the three the token is signed with: this command only explains.
    private static func keys(ofSecret secret: [UInt8], allowsWeak: Bool) throws(Failure) -> KeySet {
        do throws(KeyFault) {
            var keys: [VerificationKey] = []
            for algorithm in [TokenAlgorithm.hs256, .hs384, .hs512] {
                keys.append(try .secret(secret.span, algorithm, allowsWeak: allowsWeak))
            }
            return try KeySet(keys)
        } catch {
            throw Failure("the secret: \(error)")
        }
    }

    // MARK: Pieces

    /// What the configuration says of tokens, with its files read; the defaults without one.
    private static func settings(
        _ words: Words, _ environment: [String: String]
    ) throws(Failure) -> TokenSettings {
        guard let path = words["--config"] else { return TokenSettings() }
        var configuration: Configuration
        do throws(ConfigurationReader.Failure) {
            configuration = try ConfigurationReader.readAgain(
                arguments: ["--config", path], environment: environment
            ).configuration
        } catch {
            throw Failure("--config: \(error.message)")
        }
        let problems = StartRules.readTokenFiles(&configuration)
        guard problems.isEmpty else { throw Failure(problems.map(\.text).joined(separator: "; ")) }
        return configuration.tokens
    }

    /// The one that is written, else that of the configuration, which has the environment's, else the environment's.
    private static func secret(
        _ words: Words, _ environment: [String: String], _ settings: TokenSettings, _ outside: Outside
    ) throws(Failure) -> Secret {
        let text: [UInt8]
        if let path = words["--secret-file"] {
            text = try bytes(of: path, "--secret-file", outside)
        } else if let secret = settings.files.secrets.first {
            return secret
        } else if let secret = environment["ROOKERY_TOKEN_SECRET"] {
            text = Array(secret.utf8)
        } else {
            throw Failure(
                "a secret is missing: name its file with --secret-file, a configuration that has one with --config, or set ROOKERY_TOKEN_SECRET"
            )
        }
        do throws(Secret.Problem) { return try Secret(line: text) } catch { throw Failure("the secret: \(error.text)") }
    }

    private static func bytes(of path: String, _ flag: String, _ outside: Outside) throws(Failure) -> [UInt8] {
        do throws(SystemError) { return try outside.file(path) } catch { throw Failure("\(flag): \(error)") }
    }

    private static func list(_ text: String?) -> [String]? { text?.split(separator: ",").map(String.init) }

    private static func readInput() throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count <= fileBytesMax, try StandardStreams.readInput(into: &bytes) {}
        return bytes
    }
}

/// The words behind the command: each option once.
private struct Words {
    private static let valued: Set<String> = [
        "--check", "--user", "--channel", "--ttl", "--channels", "--rooms", "--info", "--id", "--algorithm", "--issuer",
        "--audience", "--require", "--secret-file", "--keys", "--config",
    ]
    private static let switches: Set<String> = ["--anonymous", "--allow-weak-secret"]

    private var values: [String: String] = [:]

    init(_ arguments: [String]) throws(TokenCommand.Failure) {
        var rest = arguments[...]
        while let word = rest.popFirst() {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let name = parts[0]
            guard Words.valued.contains(name) || Words.switches.contains(name) else {
                // Not the word: it may be a secret that somebody wrote here.
                throw TokenCommand.Failure("there is no option like number \(arguments.count - rest.count)")
            }
            guard values[name] == nil else { throw TokenCommand.Failure("\(name): given twice; give it once") }
            if Words.switches.contains(name) {
                guard parts.count == 1 else { throw TokenCommand.Failure("\(name): it has no value") }
                values[name] = ""
            } else if parts.count == 2 {
                values[name] = parts[1]
            } else {
                guard let value = rest.popFirst() else { throw TokenCommand.Failure("\(name): a value is missing") }
                values[name] = value
            }
        }
    }

    subscript(name: String) -> String? { values[name] }

    func has(_ name: String) -> Bool { values[name] != nil }
}
