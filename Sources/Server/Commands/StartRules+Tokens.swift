// The files about tokens that settings name: read once for a start, a check or a SIGHUP, so that nothing starts with keys that are none.

import EventLoop
import JWT

extension StartRules {
    static func readTokenFiles(_ configuration: inout Configuration) -> [Problem] {
        var problems: [Problem] = []
        var files = TokenFiles()
        let settings = configuration.tokens
        for path in settings.secretFiles {
            do throws(Secret.Problem) {
                files.secrets.append(try Secret(file: path))
            } catch {
                problems.append(problem("--token-secret-file", path, error.text))
            }
        }
        files.secrets += settings.environmentSecrets
        func read(_ path: String, _ flag: String, bytesMax: Int) -> [UInt8]? {
            do throws(SystemError) {
                let bytes = try SmallFile.bytes(path, bytesMax: bytesMax)
                if bytes.count <= bytesMax { return bytes }
                problems.append(problem(flag, path, "it is longer than \(bytesMax) bytes; make it shorter"))
            } catch {
                problems.append(problem(flag, path, "\(error); check the path and its rights"))
            }
            return nil
        }
        for path in settings.publicKeyFiles {
            if let text = read(path, "--token-public-key", bytesMax: KeyLimits.textBytesMax) {
                files.publicKeys.append(text)
            }
        }
        if case .file(let path) = settings.keySet {
            files.keySet = read(path, "--token-jwks", bytesMax: KeyLimits.textBytesMax)
        }
        if let path = settings.denyFile {
            files.denied = read(path, "--token-deny-file", bytesMax: DenyList.fileBytesMax)
        }
        configuration.tokens.files = files
        // Which text is of which file is only known when all of them are there.
        return problems.isEmpty ? check(configuration.tokens) : problems
    }

    private static func check(_ settings: TokenSettings) -> [Problem] {
        var problems: [Problem] = []
        do throws(TokenKeys.Problem) {
            _ = try TokenKeys(settings)
        } catch {
            problems.append(Problem(flag: error.flag, text: error.text))
        }
        guard let path = settings.denyFile else { return problems }
        guard settings.isAsked else {
            let words = "there is no key for tokens, so nobody could be denied; name one or leave it out"
            return problems + [problem("--token-deny-file", path, words)]
        }
        do throws(DenyList.Problem) {
            _ = try DenyList(json: settings.files.denied ?? [])
        } catch {
            problems.append(problem("--token-deny-file", path, error.text))
        }
        return problems
    }

    private static func problem(_ flag: String, _ path: String, _ words: String) -> Problem {
        Problem(flag: flag, text: "\(flag) \(Printable.text(path, atMost: 200)): \(words)")
    }
}
