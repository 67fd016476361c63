// One run of one case: how long it may wait, and what went over its connections. Belongs to one thread.

import EventLoop

final class CaseAttempt {
    /// How long an answer may take before the case calls it missing.
    let patienceMilliseconds: Int
    /// No other case runs meanwhile.
    let isAlone: Bool
    /// A number that no other attempt of this run has.
    let number: Int
    private(set) var sent = WireLog()
    private(set) var received = WireLog()
    var note: String?
    /// Bytes that no report shows: a password.
    var secret: [UInt8] = []
    /// What had gone over the wire before the logs begin, in words.
    private var before: String?

    init(number: Int, patienceMilliseconds: Int, isAlone: Bool) {
        self.number = number
        self.patienceMilliseconds = patienceMilliseconds
        self.isAlone = isAlone
    }

    /// The moment at which an answer that is asked for now is missing. `bytes` that have to come and go take their time, too.
    func deadline(bytes: Int = 0) -> Instant {
        // One MiB a second is what a slow machine under load does.
        Instant.now().adding(milliseconds: patienceMilliseconds + bytes / 1_024)
    }

    /// The logs begin here: what was exchanged until now is told in words.
    func begin(after before: String) {
        self.before = before
        sent = WireLog()
        received = WireLog()
    }

    func didSend(_ bytes: Span<UInt8>) { sent.append(bytes) }
    func didReceive(_ bytes: Span<UInt8>) { received.append(bytes) }

    /// Runs it and tells the end.
    func run(_ test: ConformanceCase) -> CaseOutcome {
        outcome { () throws(CaseStop) in try test.run(self) }
    }

    /// What a piece of work came to.
    func outcome(of body: () throws(CaseStop) -> Void) -> CaseOutcome {
        do throws(CaseStop) {
            try body()
            return .passed
        } catch {
            switch error {
            case .failed(let expected, let came, let why):
                return .failed(
                    CaseFailure(
                        expected: expected, came: came, why: why,
                        sentHex: (before.map { "(after \($0)) " } ?? "") + sent.hex(hiding: secret),
                        receivedHex: received.hex(hiding: secret)))
            case .skipped(let reason): return .skipped(reason)
            case .couldNotTest(let reason): return .couldNotTest(reason)
            }
        }
    }
}

/// The beginning and the end of what went one way.
struct WireLog: Sendable {
    static let headBytesMax = 384
    static let tailBytesMax = 128

    private var head: [UInt8] = []
    private var tail: [UInt8] = []
    private(set) var count = 0

    mutating func append(_ bytes: Span<UInt8>) {
        count += bytes.count
        let room = min(WireLog.headBytesMax - head.count, bytes.count)
        head.append(lent: bytes.extracting(first: room))
        tail.append(lent: bytes.extracting(droppingFirst: room).extracting(last: WireLog.tailBytesMax))
        if tail.count > WireLog.tailBytesMax { tail.removeFirst(tail.count - WireLog.tailBytesMax) }
    }

    var hex: String { hex(hiding: []) }

    /// Each byte of `secret` is shown as two stars, also where the log has only a part of it.
    func hex(hiding secret: [UInt8]) -> String {
        let gap = count - head.count - tail.count
        guard gap > 0 else { return Hexadecimal.text(head + tail, hiding: WireLog.places(of: secret, in: head + tail)) }
        var (first, last) = (WireLog.places(of: secret, in: head), WireLog.places(of: secret, in: tail))
        for part in (0..<secret.count).reversed() {
            if head.suffix(part).elementsEqual(secret.prefix(part)) {
                first.formUnion((head.count - part)..<head.count)
            }
            if tail.prefix(part).elementsEqual(secret.suffix(part)) { last.formUnion(0..<part) }
        }
        return Hexadecimal.text(head, hiding: first) + " … \(gap) bytes … " + Hexadecimal.text(tail, hiding: last)
    }

    private static func places(of secret: [UInt8], in bytes: [UInt8]) -> Set<Int> {
        guard !secret.isEmpty, bytes.count >= secret.count else { return [] }
        var places: Set<Int> = []
        for start in 0...(bytes.count - secret.count) where bytes[start...].starts(with: secret) {
            places.formUnion(start..<start + secret.count)
        }
        return places
    }
}

enum Hexadecimal {
    /// Two digits a byte, a space after every fourth byte; two stars in `hidden` places.
    static func text(_ bytes: some Sequence<UInt8>, hiding hidden: Set<Int> = []) -> String {
        var text = ""
        for (index, byte) in bytes.enumerated() {
            if index > 0, index % 4 == 0 { text += " " }
            let digits = byte < 16 ? "0" + String(byte, radix: 16) : String(byte, radix: 16)
            text += hidden.contains(index) ? "**" : digits
        }
        return text
    }
}
