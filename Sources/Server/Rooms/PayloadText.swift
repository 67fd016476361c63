// What a payload is, as text: looked at once, where it comes in.

import ChatProtocol

enum PayloadText {
    static func isJSON(_ data: [UInt8]) -> Bool { JSONValueText.isOne(data.span) }

    /// Line ends stand only between the values of JSON; in a frame they would end the message.
    static func putOnOneLine(_ data: inout [UInt8]) {
        for index in data.indices where data[index] == 0x0A || data[index] == 0x0D { data[index] = 0x20 }
    }
}
