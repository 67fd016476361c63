// One line of input of `rookery-bench decode`: {"id": any value, "chunks": [hex, …]}. Other members are read over.
// Hexadecimal, because a chunk is any bytes: half a character, half a frame, nothing.

import JSON

struct DecodeRequest {
    /// What is wrong with a line, and the id of its answer as JSON, where it was read.
    struct Problem: Error {
        var id: [UInt8]?
        var text: String
    }

    /// As it stood in the line: JSON.
    var id: [UInt8]
    var chunks: [[UInt8]]

    /// A line without its line end.
    init(line: [UInt8]) throws(Problem) {
        var id: [UInt8]?
        do {
            var reader = JSONReader(limits: JSONLimits(depthMax: 32, valueCountMax: .max))
            var chunks: [[UInt8]]?
            guard try reader.next(in: line.span) == .objectStart else {
                throw Problem(id: nil, text: #"expected an object {"id": …, "chunks": [hex, …]}"#)
            }
            while case .name(let name)? = try reader.next(in: line.span) {
                if name.equals("id", in: line.span) {
                    guard id == nil else { throw Problem(id: id, text: "two members id") }
                    id = Array(line[try reader.skipValue(in: line.span)])
                } else if name.equals("chunks", in: line.span) {
                    guard chunks == nil else { throw Problem(id: id, text: "two members chunks") }
                    chunks = try DecodeRequest.chunks(line, &reader, id)
                } else {
                    _ = try reader.skipValue(in: line.span)
                }
            }
            // Nothing may follow the object.
            _ = try reader.next(in: line.span)
            guard let id else { throw Problem(id: nil, text: "expected a member id") }
            guard let chunks else {
                throw Problem(id: id, text: "expected a member chunks, a list of hexadecimal texts")
            }
            self.id = id
            self.chunks = chunks
        } catch let problem as Problem {
            throw problem
        } catch {
            throw Problem(id: id, text: "not JSON: \(error)")
        }
    }

    private static func chunks(_ line: [UInt8], _ reader: inout JSONReader, _ id: [UInt8]?) throws -> [[UInt8]] {
        var chunks: [[UInt8]] = []
        guard try reader.next(in: line.span) == .arrayStart else {
            throw Problem(id: id, text: "chunks: expected a list of hexadecimal texts")
        }
        while let token = try reader.next(in: line.span), token != .arrayEnd {
            guard case .string(let text) = token, let chunk = bytes(hex: text.bytes(in: line.span)) else {
                throw Problem(id: id, text: "chunk \(chunks.count): expected an even number of hexadecimal digits")
            }
            chunks.append(chunk)
        }
        return chunks
    }

    private static func bytes(hex text: [UInt8]) -> [UInt8]? {
        guard text.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 2)
        for index in stride(from: 0, to: text.count, by: 2) {
            guard let high = digit(text[index]), let low = digit(text[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
