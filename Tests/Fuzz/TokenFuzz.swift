// Tokens: whatever comes, only what our secret signed is taken; verifying and explaining find the same fault first; what is signed and taken
// says the same when its claims are written again; Base64url has one text for each value.
//
// Options: the low two bits choose what the bytes are: a token, claims that are signed rightly, a header, Base64url. 4 a subscription, 8 rules,
// 16 a kid.

import Digest
import JSON
import JWT

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzToken(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard let input = FuzzCase(start, count) else { return -1 }
    switch input.options & 3 {
    case 0: checkForged(input)
    case 1: checkSigned(input)
    case 2: checkHeader(input)
    default: checkBase64(input.bytes)
    }
    return 0
}

private let secret = Array("a secret of at least 32 bytes, as it should be".utf8)
private let now: Int64 = 1_763_740_800

private func verifier(_ input: FuzzCase) -> TokenVerifier {
    let rules = ClaimRules(
        issuer: input.has(8) ? "me" : nil, audience: input.has(8) ? "you" : nil, required: input.has(8) ? ["jti"] : [],
        leewaySeconds: input.has(8) ? 30 : 0, lifetimeSecondsMax: input.has(8) ? 300 : nil)
    let identifier = input.has(16) ? Array("k".utf8) : nil
    guard let key = try? VerificationKey.secret(secret.span, .hs256, identifier: identifier),
        let keys = try? KeySet([key])
    else { fatalError("PROPERTY BROKEN: a secret is a key") }
    return TokenVerifier(keys: keys, rules: rules)
}

private func fault(_ token: [UInt8], _ verifier: TokenVerifier, isSubscription: Bool) -> TokenFault? {
    do throws(TokenFault) {
        if isSubscription {
            let claims = try verifier.verifySubscription(token.span, now: now)
            demand(!claims.channel.isEmpty, "a subscription has a channel")
            demand(
                claims.mismatch(user: claims.user, channel: claims.channel, client: claims.client ?? "") == nil,
                "it fits itself")
            let (user, channel, client) = (claims.user, claims.channel, claims.client ?? "")
            demand(claims.mismatch(user: user + "x", channel: channel, client: client) != nil, "no other user")
            demand(claims.mismatch(user: user, channel: channel + "x", client: client) != nil, "no other channel")
            let other = claims.mismatch(user: user, channel: channel, client: client + "x")
            demand((other == nil) == (claims.client == nil), "no other connection, where one is named")
        } else {
            let claims = try verifier.verifyConnection(token.span, now: now)
            demand(claims.tokenExpiresAt ?? .max > now - 60, "expired tokens are refused")
        }
        return nil
    } catch {
        demand(!"\(error)".isEmpty, "a fault has words")
        return error
    }
}

private func explain(_ token: [UInt8], _ verifier: TokenVerifier) -> TokenExplanation {
    let explanation = TokenExplanation(token.span, verifier, now: now)
    let text = explanation.description
    demand(text.utf8.allSatisfy { $0 >= 0x20 || $0 == 0x0A }, "nothing moves the cursor")
    demand(text.utf8.split(separator: 0x0A).count <= 2 * explanation.lines.count + 1, "no value writes a line")
    return explanation
}

/// Nobody but us knows the secret, and a fuzzer does not find an HMAC.
private func checkForged(_ input: FuzzCase) {
    let verifier = verifier(input)
    let first = fault(input.bytes, verifier, isSubscription: input.has(4))
    demand(first != nil, "forged")
    demand(explain(input.bytes, verifier).firstFault == first, "explained as it is refused")
    let long = input.bytes + repeatElement(0x2E, count: TokenLimits.tokenBytesMax)
    guard !input.bytes.isEmpty else { return }
    demand(fault(long, verifier, isSubscription: false) == .tooLong(byteCount: long.count), "too long, whatever it is")
}

private func checkSigned(_ input: FuzzCase) {
    let verifier = verifier(input)
    guard let signer = try? TokenSigner(secret: secret.span, identifier: input.has(16) ? "k" : nil) else { return }
    let token = signer.token(claims: input.bytes.span)
    let text = (try? JSONValue(input.bytes.span)) ?? .null
    let isSubscription = text["channel"] != nil
    let first = fault(token, verifier, isSubscription: isSubscription)
    demand(explain(token, verifier).firstFault == first, "explained as it is refused: \(first?.description ?? "taken")")
    guard first == nil else { return }
    // The same claims in our own words.
    var writer = JSONWriter()
    writer.value(text)
    let again = signer.token(claims: writer.bytes.span)
    demand(fault(again, verifier, isSubscription: isSubscription) == nil, "written again it is taken")
    if isSubscription {
        demand(fault(token, verifier, isSubscription: false) != nil, "a subscription token connects nobody")
        return
    }
    guard let claims = try? verifier.verifyConnection(token.span, now: now),
        let same = try? verifier.verifyConnection(again.span, now: now)
    else { return }
    demand(claims.user == same.user && claims.info == same.info && claims.meta == same.meta, "and says the same")
    demand(
        claims.subscriptions == same.subscriptions && claims.rooms == same.rooms && claims.expiresAt == same.expiresAt,
        "in all")
    if let info = claims.info, text["b64info"] == nil {
        demand((try? JSONValue(info.span)) == text["info"], "info is passed on as it means")
        demand(!info.contains(0x0A), "on one line")
    }
}

private func checkHeader(_ input: FuzzCase) {
    var token = Base64URL.encode(input.bytes.span)
    token += Array(".e30.AAAA".utf8)
    let verifier = verifier(input)
    let first = fault(token, verifier, isSubscription: false)
    demand(first != nil, "forged")
    demand(explain(token, verifier).firstFault == first, "explained as it is refused")
    let long = input.bytes + repeatElement(0x20, count: TokenLimits.headerBytesMax)
    let longToken = Base64URL.encode(long.span) + Array(".e30.AAAA".utf8)
    let longFault = fault(longToken, verifier, isSubscription: false)
    demand(
        input.bytes.isEmpty || longFault == .headerTooLong(byteCount: long.count), "a header too long, whatever it is")
    // RFC 8725 §3.1 — past the header is only who names the key's own algorithm.
    guard case .wrongSignature = first else { return }
    let header = try? JSONValue(input.bytes.span)
    demand(
        header?["alg"] == .string(Array("HS256".utf8)) && header?["crit"] == nil, "the key's algorithm, no extension")
}

private func checkBase64(_ text: [UInt8]) {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    let bits = text.map { character in alphabet.firstIndex(of: character) }
    let bytes = Base64URL.decode(text.span)
    if let bytes {
        demand(Base64URL.encode(bytes.span) == text, "one text for each value")
        demand(!bits.contains(nil) && bytes.count == text.count * 6 / 8, "the alphabet, and all of it")
    } else if !bits.contains(nil), text.count % 4 != 1, let last = bits.last ?? 0 {
        demand(last & (text.count % 4 == 2 ? 15 : text.count % 4 == 3 ? 3 : 0) != 0, "refused for its last bits only")
    }
    let written = Base64URL.encode(text.span)
    demand(Base64URL.decode(written.span) == text, "there and back")
}
