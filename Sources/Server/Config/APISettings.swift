// Everything a node can be told about the HTTP API. What the files of keys hold is read by `StartRules` into `fileKeys`, so that settings stay words
// and reading them twice gives the same.

struct APISettings: Equatable, Sendable {
    /// Those in use, and those before or after them.
    static let keysMax = 8
    /// A shorter key is told as a warning.
    static let keyBytesAdvised = 16
    /// The variables that hold a key each. There is no flag for one: arguments stand in the shell's history and in every list of processes.
    static let environmentNames = ["ROOKERY_API_KEY", "ROOKERY_API_KEY_2"]
    static let fileKey = "api_key"

    /// Each holds a key on its only line.
    var keyFiles: [String] = []
    /// Of the environment.
    var environmentKeys: [Secret] = []
    /// Of the configuration file.
    var writtenKeys: [Secret] = []
    /// What was found in `keyFiles`.
    var fileKeys: [Secret] = []
    /// `?api_key=` counts, too: addresses stand in the logs of proxies.
    var takesKeyInQuery = false
    /// The longest body of one call.
    var bodyBytes = 1 << 20

    /// Every one of them opens the API; none: it stays shut.
    var keys: [Secret] { fileKeys + environmentKeys + writtenKeys }

    /// What is wrong with a key, for all of them must be able to stand in a header field. A part of a sentence.
    static func checked(_ key: Secret) throws(Secret.Problem) -> Secret {
        let bytes = key.bytes
        guard bytes.allSatisfy({ (0x20..<0x7F).contains($0) }), bytes.first != 0x20, bytes.last != 0x20 else {
            throw Secret.Problem(
                "it has a character beyond visible ASCII, or a space at an end, which no header carries; take another key"
            )
        }
        return key
    }
}
