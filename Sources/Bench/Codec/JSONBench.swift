// JSON (RFC 8259) read token by token, nothing kept. No tree and no text of its own: the reader tells where tokens are,
// which costs no allocation.

import JSON

enum JSONBench {
    static func rows() -> [CodecBench] { [tokens()] }

    private static func tokens() -> CodecBench {
        let objects = Samples.json(count: 16 << 10).split(separator: UInt8(ascii: "\n")).dropLast()
        let lines = objects.map { Array($0.dropLast()) }
        let text = [UInt8(ascii: "[")] + Array(lines.joined(separator: [UInt8(ascii: ",")])) + [UInt8(ascii: "]")]
        return CodecBench(
            name: "json-read", summary: "objects of an array of JSON read token by token",
            hotFile: "JSON/JSONReader.swift", itemCount: lines.count, byteCount: text.count,
            pass: {
                var reader = JSONReader()
                var found = 0
                do throws(JSONError) {
                    while let token = try reader.next(in: text.span) {
                        if case .objectEnd = token { found &+= 1 }
                    }
                } catch { return -1 }
                return found
            },
            yardsticks: [Memcpy.yardstick(text, itemCount: lines.count)], allocationsMost: 0)
    }
}
