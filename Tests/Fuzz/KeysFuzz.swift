// Keys: JSON, PEM and DER of a peer or a file. What is taken is within its limits; a public key in DER has exactly one form, so what is taken
// begins as RFC 5480 and RFC 8410 have it and loses no byte; no sentence about a fault has a piece of the key.
//
// Options: the low two bits choose JSON, PEM, DER, or a signature of a fixed key, which is none. 4 PS256 for RSA, 8 weak secrets, 16 a short text with
// white space behind it up to one byte too many.

import JWT
import Signature

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzKeys(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard let input = FuzzCase(start, count) else { return -1 }
    let algorithm = input.has(4) ? TokenAlgorithm.ps256 : .rs256
    if input.has(16), input.bytes.count < 4 { checkLong(input.bytes) }
    switch input.options & 3 {
    case 0: checkJSON(input, algorithm)
    case 1: checkPEM(input.bytes, algorithm)
    case 2: checkDER(input.bytes, algorithm)
    default: checkSignature(input)
    }
    return 0
}

private func checkJSON(_ input: FuzzCase, _ algorithm: TokenAlgorithm) {
    do throws(KeyFault) {
        let reading = try KeySet.reading(json: input.bytes.span, rsaAlgorithm: algorithm, allowsWeak: input.has(8))
        let keys = reading.keys.keys
        demand(!keys.isEmpty && keys.count <= KeyLimits.keyCountMax, "\(keys.count) keys")
        demand(input.has(8) || !keys.contains { $0.isWeak }, "no weak secret")
        demand(reading.notes.count + keys.count <= KeyLimits.keyCountMax, "each is a key or a note")
        for key in keys { checkVerifies(key) }
    } catch {
        demand(!"\(error)".isEmpty, "a fault has words")
    }
}

private func checkLong(_ bytes: [UInt8]) {
    let text = bytes + repeatElement(0x20, count: KeyLimits.textBytesMax + 1 - bytes.count)
    for isPEM in [false, true] {
        do throws(KeyFault) {
            if isPEM { _ = try KeySet.pem(text.span) } else { _ = try KeySet.reading(json: text.span) }
            demand(false, "too long")
        } catch {
            demand(error == .tooLong(byteCount: text.count), "too long, whatever it is")
        }
    }
}

/// What is no signature is none.
private func checkVerifies(_ key: VerificationKey) {
    let signed = Array("a.b".utf8)
    for count in [0, 32, 64, 96, 256] {
        let signature = [UInt8](repeating: 1, count: count)
        demand(!key.isValid(signature.span, signed.span), "\(key.algorithm.name): ones are no signature")
    }
    demand(!"\(key)".isEmpty, "a key has words")
}

private func checkPEM(_ text: [UInt8], _ algorithm: TokenAlgorithm) {
    do throws(KeyFault) {
        let keys = try KeySet.pem(text.span, rsaAlgorithm: algorithm).keys
        demand(!keys.isEmpty && keys.count <= KeyLimits.keyCountMax, "\(keys.count) keys")
        for key in keys {
            demand(key.identifier == nil && key.algorithm.keyKind != .secret, "public, and without a name")
        }
    } catch {
        demand(!"\(error)".isEmpty, "a fault has words")
    }
}

private let forms: [(TokenAlgorithm, [UInt8], Int)] = [
    (.edDSA, [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00], 44),
    (
        .es256,
        [
            0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86, 0x48,
            0xCE,
            0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
        ], 91
    ),
    (
        .es384,
        [
            0x30, 0x76, 0x30, 0x10, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x05, 0x2B, 0x81, 0x04,
            0x00,
            0x22, 0x03, 0x62, 0x00, 0x04,
        ], 120
    ),
]

private func checkDER(_ bytes: [UInt8], _ algorithm: TokenAlgorithm) {
    guard let key = try? VerificationKey.publicKeyInfo(bytes.span, rsaAlgorithm: algorithm) else { return }
    if let (_, head, count) = forms.first(where: { $0.0 == key.algorithm }) {
        demand(bytes.starts(with: head) && bytes.count == count, "\(key.algorithm.name) in its only form")
    } else {
        demand(key.algorithm == algorithm && bytes.count > 256, "RSA, at least 2048 bits of it")
        // The exponent ends the key: 02, its length, its bytes, of which the first may be a zero for the sign.
        let ends = (1...5).contains { count in
            bytes[bytes.count - count - 2] == 2 && bytes[bytes.count - count - 1] == count
        }
        demand(ends && bytes.last.map { $0 & 1 } == 1, "an odd exponent at the end")
    }
    let longer = bytes + [0]
    demand((try? VerificationKey.publicKeyInfo(longer.span)) == nil, "nothing behind it")
    let shorter = Array(bytes.dropLast())
    demand((try? VerificationKey.publicKeyInfo(shorter.span)) == nil, "and nothing missing")
    checkVerifies(key)
}

/// The points of RFC 8037 §A.1 and RFC 7515 §A.3: the fuzzer does not find a signature of theirs.
private func checkSignature(_ input: FuzzCase) {
    let set = Array(
        #"""
        {"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
        {"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}
        """#.utf8)
    guard let keys = try? KeySet.reading(json: set.span).keys.keys, keys.count == 2 else {
        fatalError("PROPERTY BROKEN: the keys of the RFCs are keys")
    }
    let signed = Array("never signed".utf8)
    for key in keys { demand(!key.isValid(input.bytes.span, signed.span), "\(key.algorithm.name): forged") }
}
