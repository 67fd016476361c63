// A secret of the settings: nothing that describes or mirrors it shows a byte of it.

import EventLoop

struct Secret: Equatable, Sendable {
    /// Never empty.
    let bytes: [UInt8]

    /// The most that a file of a secret may hold.
    static let fileBytesMax = 4_096

    /// What is wrong with a text that should be a secret. A part of a sentence.
    struct Problem: Error, Equatable {
        let text: String
        init(_ text: String) { self.text = text }
    }

    /// One line; the line end that every editor writes behind it belongs to the file. A second line is refused: of a secret of random bytes, all
    /// behind the first line feed would be lost in silence.
    init(line text: [UInt8]) throws(Problem) {
        var text = text
        if text.last == 0x0A { text.removeLast() }
        if text.last == 0x0D { text.removeLast() }
        guard !text.isEmpty else {
            throw Problem("it is empty; write the secret there, for example openssl rand -base64 48")
        }
        guard text.count <= Secret.fileBytesMax else {
            throw Problem("it is longer than \(Secret.fileBytesMax) bytes; take a shorter secret")
        }
        guard !text.contains(0x0A) else {
            throw Problem("it has more than one line; write the secret on one, for example openssl rand -base64 48")
        }
        bytes = text
    }

    init(file path: String) throws(Problem) {
        let text: [UInt8]
        do throws(SystemError) {
            text = try SmallFile.bytes(path, bytesMax: Secret.fileBytesMax)
        } catch {
            throw Problem("\(error); check the path and its rights")
        }
        try self.init(line: text)
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    var description: String { "(hidden)" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: []) }
}
