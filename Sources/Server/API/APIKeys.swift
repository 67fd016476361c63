// Who may call: whoever shows one of the keys. A key is looked for where programs put it, and compared in a time that tells nothing (row J8).

import Digest
import WSProtocol

/// What of the live settings the API obeys.
struct APIAccess: Sendable {
    let keys: [Secret]
    let takesKeyInQuery: Bool
    let bodyBytes: Int

    init(_ settings: APISettings) {
        keys = settings.keys
        takesKeyInQuery = settings.takesKeyInQuery
        bodyBytes = settings.bodyBytes
    }

    /// Without a key nobody may.
    func admits(_ fields: APIFields, query: String?) -> Bool {
        if fields.keys.contains(where: isKey) { return true }
        guard takesKeyInQuery, let query, let items = try? QueryItems(query) else { return false }
        return items.values(of: "api_key").contains { isKey(Array($0.utf8)) }
    }

    /// All keys are looked at, whichever fits.
    private func isKey(_ shown: [UInt8]) -> Bool {
        var isOne = false
        for key in keys {
            let bytes = key.bytes
            if ConstantTime.areEqual(bytes.span, shown.span) { isOne = true }
        }
        return isOne
    }
}

/// The header fields that the API reads, in one walk: its calls do not need to be found as fast as handshakes.
struct APIFields {
    /// Keys that the request shows.
    private(set) var keys: [[UInt8]] = []
    /// Errors are told by the status.
    private(set) var wantsTransportErrors = false

    private static let scheme = "apikey "

    init(_ fields: HeaderFields) {
        for field in fields.all {
            if APIFields.isSame(field.name, "x-api-key") {
                keys.append(Array(field.value.utf8))
            } else if APIFields.isSame(field.name, "authorization") {
                let value = Array(field.value.utf8)
                let count = APIFields.scheme.utf8.count
                // RFC 9110 §11.1 — the name of a scheme has no case.
                guard APIFields.isSame(String(decoding: value.prefix(count), as: UTF8.self), APIFields.scheme) else {
                    continue
                }
                keys.append(Array(value.dropFirst(count).drop { $0 == 0x20 }))
            } else if APIFields.isSame(field.name, "x-centrifugo-error-mode") {
                wantsTransportErrors = APIFields.isSame(field.value, "transport")
            }
        }
    }

    /// Without regard to the case of ASCII letters; `lower` has none in upper case.
    private static func isSame(_ text: String, _ lower: String) -> Bool {
        text.utf8.elementsEqual(lower.utf8) { $0 == $1 || ((0x41...0x5A).contains($0) && $0 | 0x20 == $1) }
    }
}
