// The files of the HTTP API's keys, read for a start, a check or a SIGHUP.

extension StartRules {
    static func readAPIKeys(_ configuration: inout Configuration) -> [Problem] {
        let flag = "--api-key-file"
        var problems: [Problem] = []
        configuration.api.fileKeys = []
        for path in configuration.api.keyFiles {
            do throws(Secret.Problem) {
                configuration.api.fileKeys.append(try APISettings.checked(try Secret(file: path)))
            } catch {
                problems.append(
                    Problem(flag: flag, text: "\(flag) \(Printable.text(path, atMost: 200)): \(error.text)"))
            }
        }
        let count = configuration.api.keys.count
        if count > APISettings.keysMax {
            let words = "there are \(count) keys for the HTTP API, more than \(APISettings.keysMax); take old ones out"
            problems.append(Problem(flag: flag, text: "\(flag): \(words)"))
        }
        return problems
    }
}
