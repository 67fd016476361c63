// The address of one end of a socket, and its way to and from the kernel's sockaddr records.
import Glibc

/// An IPv4 or IPv6 address with a port, or the path of a unix socket (empty for a peer without a name).
package enum SocketAddress: Hashable, Sendable {
    case internet(IPAddress, port: UInt16)
    case unix(String)

    package var ip: IPAddress? {
        if case .internet(let ip, _) = self { ip } else { nil }
    }

    package var port: UInt16? {
        if case .internet(_, let port) = self { port } else { nil }
    }

    /// `127.0.0.1:80`, `[::1]:80` or `unix:/path` with literal addresses only; names are the `Resolver`'s.
    package init(parsing text: String) throws(AddressError) {
        if text.hasPrefix("unix:") {
            self = .unix(try SocketAddress.checkedPath(String(text.dropFirst(5)), in: text))
            return
        }
        let (host, port) = try SocketAddress.splitHostAndPort(text)
        guard let ip = IPAddress(host) else { throw AddressError(text, "the host must be a literal address") }
        self = .internet(ip, port: port)
    }

    /// Splits `host:port`; an IPv6 address must stand in brackets.
    package static func splitHostAndPort(_ text: String) throws(AddressError) -> (host: String, port: UInt16) {
        let expected = "host:port, [::1]:port or unix:/path is expected, for example 127.0.0.1:8000"
        guard let colon = text.lastIndex(of: ":") else { throw AddressError(text, expected) }
        var host = text[..<colon]
        if host.hasPrefix("[") {
            guard host.hasSuffix("]"), host.contains(":") else { throw AddressError(text, expected) }
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            throw AddressError(text, "an IPv6 address needs brackets, for example [::1]:8000")
        }
        guard !host.isEmpty else { throw AddressError(text, expected) }
        guard let port = parseDecimal(text[text.index(after: colon)...], most: 65_535) else {
            throw AddressError(text, "the port must be a number between 0 and 65535")
        }
        return (String(host), UInt16(port))
    }

    /// sun_path holds 107 bytes and its ending zero.
    static func checkedPath(_ path: String, in text: String) throws(AddressError) -> String {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw AddressError(text, "unix: must be followed by a path")
        }
        guard path.utf8.count <= 107 else {
            throw AddressError(text, "the path of a unix socket holds at most 107 bytes")
        }
        return path
    }
}

extension SocketAddress: CustomStringConvertible {
    package var description: String {
        switch self {
        case .internet(let ip, let port): ip.isIPv4 ? "\(ip):\(port)" : "[\(ip)]:\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}

extension SocketAddress {
    /// The number of the family for socket(2).
    var family: Int32 {
        switch self {
        case .internet(let ip, _): ip.isIPv4 ? AF_INET : AF_INET6
        case .unix: AF_UNIX
        }
    }

    /// Calls `body` with the kernel's record of this address, which lives as long as the call.
    func withRecord<R>(_ body: (UnsafePointer<sockaddr>, UInt32) -> R) -> R {
        switch self {
        case .internet(let ip, let port) where ip.isIPv4:
            var record = sockaddr_in()
            record.sin_family = UInt16(AF_INET)
            record.sin_port = port.bigEndian
            record.sin_addr.s_addr = ip.ipv4.bigEndian
            return unsafe SocketAddress.lend(&record, MemoryLayout<sockaddr_in>.size, body)
        case .internet(let ip, let port):
            var record = sockaddr_in6()
            record.sin6_family = UInt16(AF_INET6)
            record.sin6_port = port.bigEndian
            unsafe withUnsafeMutableBytes(of: &record.sin6_addr) { bytes in
                unsafe bytes.storeBytes(of: ip.high.bigEndian, toByteOffset: 0, as: UInt64.self)
                unsafe bytes.storeBytes(of: ip.low.bigEndian, toByteOffset: 8, as: UInt64.self)
            }
            return unsafe SocketAddress.lend(&record, MemoryLayout<sockaddr_in6>.size, body)
        case .unix(let path):
            var record = sockaddr_un()
            record.sun_family = UInt16(AF_UNIX)
            unsafe withUnsafeMutableBytes(of: &record.sun_path) { bytes in
                // Shorter than the field, so that the zero behind it stays: `checkedPath`.
                unsafe bytes.copyBytes(from: path.utf8.prefix(107))
            }
            return unsafe SocketAddress.lend(&record, MemoryLayout<sockaddr_un>.size, body)
        }
    }

    private static func lend<Record, R>(
        _ record: inout Record, _ size: Int, _ body: (UnsafePointer<sockaddr>, UInt32) -> R
    ) -> R {
        // Every sockaddr record begins as sockaddr does; the kernel reads no more than `size`.
        unsafe withUnsafeBytes(of: &record) { bytes in
            unsafe body(bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self), UInt32(size))
        }
    }

    /// Lets the kernel write an address: `body` gets room for any record and its size in and out. Nil: a family we do not know.
    static func fromKernel(_ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<UInt32>) -> Void)
        -> SocketAddress?
    {
        var storage = sockaddr_storage()
        var length = UInt32(MemoryLayout<sockaddr_storage>.size)
        unsafe withUnsafeMutableBytes(of: &storage) { bytes in
            // sockaddr_storage is made to hold, and aligned for, every record.
            unsafe body(bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self), &length)
        }
        return unsafe withUnsafeBytes(of: &storage) { bytes in
            unsafe SocketAddress(record: UnsafeRawBufferPointer(rebasing: bytes.prefix(Int(length))))
        }
    }

    /// Reads a record the kernel wrote.
    private init?(record: UnsafeRawBufferPointer) {
        guard record.count >= 2 else { return nil }
        switch Int32(unsafe record.loadUnaligned(fromByteOffset: 0, as: UInt16.self)) {
        case AF_INET where record.count >= 8:
            let port = UInt16(bigEndian: unsafe record.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
            self = .internet(
                IPAddress(ipv4: UInt32(bigEndian: unsafe record.loadUnaligned(fromByteOffset: 4, as: UInt32.self))),
                port: port)
        case AF_INET6 where record.count >= 24:
            let port = UInt16(bigEndian: unsafe record.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
            let high = UInt64(bigEndian: unsafe record.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            let low = UInt64(bigEndian: unsafe record.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
            self = .internet(IPAddress(high: high, low: low), port: port)
        case AF_UNIX:
            let path = unsafe record.dropFirst(2).prefix { $0 != 0 }
            self = .unix(unsafe String(decoding: path, as: UTF8.self))
        default:
            return nil
        }
    }
}
