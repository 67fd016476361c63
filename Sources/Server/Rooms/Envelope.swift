// What of a channel travels between nodes and stands in its stream: one byte that says what it is, then the message in Protobuf, its length
// before it. Every node reads it, whatever its clients speak.

import ChatProtocol

enum Envelope: Sendable {
    case publication(Publication)
    case join(ClientInfo)
    case leave(ClientInfo)

    private enum Kind: UInt8 {
        // The digit of the format stands in the upper half.
        /// A publication whose data is JSON.
        case json = 0x11
        /// A publication whose data is anything.
        case binary = 0x12
        case join = 0x13
        case leave = 0x14
    }

    /// Nil: not one of ours, or of a version that this node does not know.
    init?(_ bytes: [UInt8]) {
        guard let first = bytes.first, let kind = Kind(rawValue: first) else { return nil }
        var offset = 1
        do throws(MessageError) {
            switch kind {
            case .json, .binary:
                var publication = try ProtobufReader.read(Publication.self, from: bytes, at: &offset)
                publication.isJSON = kind == .json
                self = .publication(publication)
            case .join: self = .join(try ProtobufReader.read(ClientInfo.self, from: bytes, at: &offset))
            case .leave: self = .leave(try ProtobufReader.read(ClientInfo.self, from: bytes, at: &offset))
            }
        } catch {
            return nil
        }
        guard offset == bytes.count else { return nil }
    }

    var bytes: [UInt8] {
        switch self {
        case .publication(let publication):
            var bytes = [(publication.isJSON ? Kind.json : .binary).rawValue]
            ChatEncoding.protobuf.append(publication, to: &bytes)
            return bytes
        case .join(let info): return Envelope.write(.join, info)
        case .leave(let info): return Envelope.write(.leave, info)
        }
    }

    private static func write(_ kind: Kind, _ message: ClientInfo) -> [UInt8] {
        var bytes = [kind.rawValue]
        ChatEncoding.protobuf.append(message, to: &bytes)
        return bytes
    }
}
