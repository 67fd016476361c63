// Runs Peers/zlib_peer.py and exchanges records with it through files.
import Foundation
import TestSupport

enum ZlibPeer {
    /// What the peer printed; throws when it failed.
    static func run(_ arguments: [String]) throws -> [Substring] {
        let script = PackageFolder.path("Tests/DeflateTests/Peers/zlib_peer.py")
        let process = try ChildProcess("python3", [script] + arguments)
        guard process.waitForExit(seconds: 900) == .exited(0) else { throw KitError("zlib_peer.py: \(process.output)") }
        return process.output.split(separator: "\n")
    }

    /// A byte string of a record.
    static func string(_ bytes: [UInt8]) -> [UInt8] {
        let count = UInt32(bytes.count)
        return [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: count >> $0) } + bytes
    }
}

/// Reads the records of a file.
struct RecordReader {
    private let bytes: [UInt8]
    private var offset = 0

    init(_ path: String) throws { bytes = [UInt8](try Data(contentsOf: URL(filePath: path))) }

    var isAtEnd: Bool { offset == bytes.count }

    mutating func byte() -> Int {
        offset += 1
        return Int(bytes[offset - 1])
    }

    mutating func word() -> UInt32 {
        var value: UInt32 = 0
        for shift: UInt32 in [0, 8, 16, 24] { value |= UInt32(byte()) << shift }
        return value
    }

    mutating func string() -> [UInt8] {
        let count = Int(word())
        offset += count
        return Array(bytes[offset - count..<offset])
    }
}

/// CRC-32 as zlib's, to compare outputs.
enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { (byte: UInt32) -> UInt32 in
        var value = byte
        for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
        return value
    }

    static func of(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var value = UInt32.max
        for byte in bytes { value = value >> 8 ^ table[Int((value ^ UInt32(byte)) & 0xFF)] }
        return ~value
    }
}
