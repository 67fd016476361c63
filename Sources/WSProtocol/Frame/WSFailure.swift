// The rules a peer can break once the connection is open, and the close code each is answered with (RFC 6455 §7.1.7,
// §7.4.1). Rule, value and limit are kept apart from the sentence, so a failure costs no allocation until somebody reads it.
package import Deflate

/// Why a connection fails. Send a Close frame with `closeCode` and `description`, then end TCP.
package struct WSFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// Which rule; `description` says each in a sentence.
    package enum Rule: UInt8, Sendable {
        case reservedBits, reservedOpcode
        case maskMissing, maskUnexpected
        case fragmentedControl, controlTooLong
        case continuationWithoutStart, startInsideMessage
        case lengthTopBit, lengthNotShortest
        case messageTooBig, compressedTooBig, tooManyFragments, messageTooSlow
        case invalidUTF8
        case corruptDeflate, unfinishedDeflate
        case closePayloadOfOneByte, closeCodeNotAllowed, closeReasonNotUTF8
    }

    /// What was broken, and so the code of the Close.
    package let rule: Rule
    /// The offending value, where there is one.
    package let value: UInt64
    /// The limit it broke, where there is one.
    package let limit: UInt64

    /// `value` and `limit` are left out where the sentence has no place for them.
    package init(_ rule: Rule, value: UInt64 = 0, limit: UInt64 = 0) {
        self.rule = rule
        self.value = value
        self.limit = limit
    }

    /// A compressed message cannot be inflated; `limit` is that of the message.
    package init(_ error: InflateError, limit: Int) {
        switch error {
        case .tooLarge: self.init(.messageTooBig, limit: UInt64(max(0, limit)))
        case .reservedBlockType: self.init(.corruptDeflate, value: 0)
        case .storedLengthMismatch: self.init(.corruptDeflate, value: 1)
        case .badCodeLengths: self.init(.corruptDeflate, value: 2)
        case .badSymbol: self.init(.corruptDeflate, value: 3)
        case .distanceTooFar: self.init(.corruptDeflate, value: 4)
        }
    }

    /// What RFC 1951 says to the values of `corruptDeflate`.
    private static let corruptions = [
        "a reserved block type", "a stored block whose lengths do not match", "code lengths that make no code",
        "a symbol that does not exist", "a distance that reaches too far back",
    ]

    /// The code of the Close frame that tells the peer.
    package var closeCode: CloseCode {
        switch rule {
        case .messageTooBig, .compressedTooBig, .tooManyFragments: .messageTooBig
        case .messageTooSlow: .policyViolation
        case .invalidUTF8, .closeReasonNotUTF8, .corruptDeflate, .unfinishedDeflate: .invalidPayload
        default: .protocolError
        }
    }

    /// One sentence that fits into a Close frame (123 bytes).
    package var description: String {
        switch rule {
        case .reservedBits: "reserved bits \(value) are set where no extension allows it"
        case .reservedOpcode: "opcode \(value) is reserved"
        case .maskMissing: "a frame from a client must be masked"
        case .maskUnexpected: "a frame from a server must not be masked"
        case .fragmentedControl: "a control frame (opcode \(value)) is fragmented"
        case .controlTooLong: "a control frame is longer than \(limit) bytes"
        case .continuationWithoutStart: "a continuation frame without a message to continue"
        case .startInsideMessage: "a new message (opcode \(value)) before the last fragment of the one before"
        case .lengthTopBit: "the top bit of a 64-bit length is set"
        case .lengthNotShortest: "the length \(value) is not written in its shortest form"
        case .messageTooBig: "a message is longer than \(limit) bytes"
        case .compressedTooBig: "a message is compressed into more than \(limit) bytes, more than any needs"
        case .tooManyFragments: "a message has more than \(limit) fragments"
        case .messageTooSlow: "a message took longer than \(limit) ms"
        case .invalidUTF8: "a text message is not valid UTF-8"
        case .corruptDeflate:
            "a compressed message is corrupt: \(WSFailure.corruptions[Int(clamping: value) % WSFailure.corruptions.count])"
        case .unfinishedDeflate: "a compressed message ends inside a DEFLATE block"
        case .closePayloadOfOneByte: "a close frame has a payload of one byte"
        case .closeCodeNotAllowed: "the close code \(value) is not allowed in a frame"
        case .closeReasonNotUTF8: "the reason of a close frame is not valid UTF-8"
        }
    }
}
