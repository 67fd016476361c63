// Small words that the tables of cases share.

import EventLoop

/// A command as bytes.
func command(_ words: String...) -> [UInt8] { WireText.command(words) }

/// A bulk string as text of the wire.
func bulk(_ text: String) -> String { "$\(text.utf8.count)\r\n\(text)\r\n" }

/// Long enough for a server to receive a piece before the next one; nothing is judged by it.
enum Pause {
    static func short() { Threads.sleep(milliseconds: 1) }
    /// Long enough for the buffers of a connection to fill.
    static func long() { Threads.sleep(milliseconds: 300) }
}

extension RedisCase {
    /// A case that a section demands.
    init(
        _ id: String, _ section: String, _ sentence: String, body: @escaping @Sendable (RedisTrial) throws -> Void
    ) {
        self.init(id, section, .must, sentence, body: body)
    }
}

extension WireValue {
    /// The value behind a name, in a map or in an array of names and values.
    subscript(field name: String) -> WireValue? {
        guard let elements else { return nil }
        for index in stride(from: 0, to: elements.count - 1, by: 2)
        where elements[index].text?.elementsEqual(name.utf8) == true {
            return elements[index + 1]
        }
        return nil
    }
}
