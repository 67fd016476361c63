// A token explained claim by claim, and why it would be refused: for `rookery token --check` and for whoever wonders in the evening. It runs
// the same checks as `TokenVerifier`, but does not stop at the first fault. The token, its signature and the key are not shown.

import JSON

/// What a token says and what is wrong with it.
package struct TokenExplanation: Sendable {
    /// What is said of one thing.
    package enum Verdict: Equatable, Sendable {
        case fine
        /// It stands there and nobody asks for it.
        case notLookedAt
        case refused(TokenFault)
    }

    /// One line.
    package struct Line: Equatable, Sendable {
        /// `alg`, `signature`, or the name of a claim.
        package let subject: String
        /// What stands there; "" where there is nothing to show.
        package let value: String
        package let verdict: Verdict
    }

    /// Header, signature, registered claims, then the others in the token's order.
    package private(set) var lines: [Line] = []

    /// Whether the verifier would take the token for a connection, or for a subscription when it has a channel.
    package var isAccepted: Bool { firstFault == nil }

    /// The first reason to refuse it: what `TokenVerifier` throws.
    package var firstFault: TokenFault? {
        for line in lines {
            if case .refused(let fault) = line.verdict { return fault }
        }
        return nil
    }

    /// Explains `token` at `now`, seconds since 1970.
    package init(_ token: Span<UInt8>, _ verifier: TokenVerifier, now: Int64) {
        let compact: CompactToken
        do throws(TokenFault) {
            compact = try CompactToken(token)
        } catch {
            lines.append(Line(subject: "form", value: "\(token.count) bytes", verdict: .refused(error)))
            return
        }
        explainHeader(compact)
        do throws(TokenFault) {
            try verifier.checkSignature(compact, token)
            add("signature", "\(compact.signature.count) bytes", nil)
        } catch {
            add("signature", "\(compact.signature.count) bytes", error)
        }
        do throws(TokenFault) {
            explain(try ClaimSet(compact.claims), verifier.rules, now)
        } catch {
            add("claims", "\(compact.claims.count) bytes", error)
        }
    }

    private mutating func add(_ subject: String, _ value: String, _ fault: TokenFault?) {
        lines.append(Line(subject: subject, value: value, verdict: fault.map { .refused($0) } ?? .fine))
    }

    private mutating func explainHeader(_ compact: CompactToken) {
        add("alg", compact.header.algorithm.name, nil)
        if let identifier = compact.header.keyIdentifier { add("kid", "\(ShownValue(identifier))", nil) }
    }

    private mutating func explain(_ claims: ClaimSet, _ rules: ClaimRules, _ now: Int64) {
        for claim in RegisteredClaim.allCases {
            let fault = TokenExplanation.fault { () throws(TokenFault) in try rules.check(claim, claims, now) }
            guard fault != nil || claims.has(claim.rawValue) else { continue }
            add(claim.rawValue, TokenExplanation.value(claim.rawValue, claims, now), fault)
        }
        for claim in rules.required where !claims.has(claim) { add(claim, "", .missing(claim: claim)) }
        let use = TokenExplanation.useFault(claims)
        for name in claims.names where RegisteredClaim(rawValue: name) == nil {
            let isKnown = TokenExplanation.knownClaims.contains { $0.utf8.elementsEqual(name.utf8) }
            lines.append(
                Line(
                    subject: "\(ShownValue(name))", value: claims.shown(name)?.description ?? "",
                    verdict: isKnown ? .fine : .notLookedAt))
        }
        if let use, firstFault == nil || !lines.contains(where: { $0.verdict == .refused(use) }) {
            add(claims.has("channel") ? "subscription" : "connection", "", use)
        }
    }

    /// What the claims of the protocol say against it.
    private static func useFault(_ claims: ClaimSet) -> TokenFault? {
        fault { () throws(TokenFault) in
            if claims.has("channel") {
                _ = try SubscriptionClaims(claims)
            } else {
                _ = try ConnectionClaims(claims)
            }
        }
    }

    private static func fault(_ check: () throws(TokenFault) -> Void) -> TokenFault? {
        do throws(TokenFault) {
            try check()
            return nil
        } catch {
            return error
        }
    }

    /// A time also as its distance from now.
    private static func value(_ claim: String, _ claims: ClaimSet, _ now: Int64) -> String {
        guard let shown = claims.shown(claim) else { return "" }
        guard ["exp", "nbf", "iat"].contains(claim), let seconds = (try? claims.date(claim)) ?? nil else {
            return shown.description
        }
        let (distance, isTooFar) = seconds.subtractingReportingOverflow(now)
        guard !isTooFar else { return "\(seconds)" }
        return distance >= 0 ? "\(seconds), in \(distance) s" : "\(seconds), \(distance.magnitude) s ago"
    }

    /// Claims of the protocol.
    private static let knownClaims = [
        "channel", "client", "info", "b64info", "data", "b64data", "channels", "subs", "meta", "expire_at", "override",
        "rooms",
    ]
}

extension TokenExplanation: CustomStringConvertible {
    /// One line for each thing, and at the end whether the token is taken.
    package var description: String {
        var text = ""
        for line in lines {
            text += line.value.isEmpty ? line.subject : "\(line.subject): \(line.value)"
            switch line.verdict {
            case .fine: text += "\n"
            case .notLookedAt: text += " (not looked at)\n"
            case .refused(let fault): text += "\n    refused: \(fault)\n"
            }
        }
        return text + (isAccepted ? "This token is taken.\n" : "This token is refused.\n")
    }
}
