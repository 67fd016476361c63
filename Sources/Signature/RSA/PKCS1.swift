// EMSA-PKCS1-v1_5 (RFC 8017 §9.2): the one block that a right signature contains. It is built and compared; who reads the block that came
// instead is forged signatures for, where an exponent is 3 (fault J7).

import Digest

enum PKCS1 {
    /// 00 01 FF … FF 00, the name of the function, the digest: `byteCount` bytes, of which a modulus of 2048 bits has enough.
    static func block(_ digest: Span<UInt8>, _ function: SHA2, byteCount: Int) -> [UInt8] {
        let prefix = digestInfoPrefix(function)
        let paddingCount = byteCount - 3 - prefix.count - digest.count
        precondition(paddingCount >= 8)
        var block: [UInt8] = [0x00, 0x01]
        block.append(contentsOf: repeatElement(0xFF, count: paddingCount))
        block.append(0x00)
        block.append(contentsOf: prefix)
        for index in digest.indices { block.append(digest[index]) }
        return block
    }

    /// RFC 8017 §9.2 note 1: the DER of DigestInfo up to the digest. The algorithm's parameters are NULL, never absent.
    private static func digestInfoPrefix(_ function: SHA2) -> [UInt8] {
        let (whole, name, digest): (UInt8, UInt8, UInt8) =
            switch function {
            case .sha256: (0x31, 0x01, 0x20)
            case .sha384: (0x41, 0x02, 0x30)
            case .sha512: (0x51, 0x03, 0x40)
            }
        return [
            0x30, whole, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, name, 0x05, 0x00, 0x04,
            digest,
        ]
    }
}
