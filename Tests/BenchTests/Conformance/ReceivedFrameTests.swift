// The strict reader and the writer of frames, against the examples of RFC 6455 §5.7 and against what §5 forbids.
@testable import Bench
import Testing

@Suite("Frames of the conformance tests: RFC 6455 §5")
struct ReceivedFrameTests {
    private static func bytes(_ hex: String) -> [UInt8] { TableText.bytes(hex: hex) }

    @Test(
        "writes the examples of §5.7",
        arguments: [
            (HandFrame.text("Hello"), false, "810548656c6c6f"),
            (HandFrame.text("Hello"), true, "818537fa213d7f9f4d5158"),
            (HandFrame(1, Array("Hel".utf8), isFinal: false), false, "010348656c"),
            (HandFrame(0, Array("lo".utf8)), false, "80026c6f"),
            (HandFrame(9, Array("Hello".utf8)), false, "890548656c6c6f"),
            (HandFrame(10, Array("Hello".utf8)), true, "8a8537fa213d7f9f4d5158"),
            (HandFrame.close(1000), false, "880203e8"),
            (HandFrame(2, [1], length: .in64), false, "827f000000000000000101"),
            (HandFrame(2, [1], reserved: 7, length: .in16), false, "f27e000101"),
            (HandFrame(2, length: .declared(1 << 63)), false, "827f8000000000000000"),
        ])
    func writes(frame: HandFrame, masks: Bool, hex: String) {
        #expect(frame.bytes(masks: masks) == Self.bytes(hex))
    }

    @Test("writes the lengths of §5.7: 256 bytes and 64 KiB")
    func lengths() {
        #expect(
            HandFrame(2, [UInt8](repeating: 0, count: 256)).bytes(masks: false).prefix(4) == Self.bytes("827e0100")[...]
        )
        #expect(
            HandFrame(2, [UInt8](repeating: 0, count: 65_536)).bytes(masks: false).prefix(10)
                == Self.bytes("827f0000000000010000")[...])
    }

    @Test("reads the examples of §5.7 when they are whole, and not before")
    func reads() throws {
        for (hex, isMasked, payload) in [("810548656c6c6f", false, "Hello"), ("818537fa213d7f9f4d5158", true, "Hello")]
        {
            let wire = Self.bytes(hex)
            let rules = ReceivedFrame.Rules(isMasked: isMasked, mayCompress: false)
            for end in 0..<wire.count { #expect(try ReceivedFrame.read(Array(wire[..<end]), rules) == nil) }
            let read = try #require(try ReceivedFrame.read(wire + [0x81], rules))
            #expect(read.byteCount == wire.count && read.frame.payload == Array(payload.utf8))
        }
    }

    @Test(
        "what a sender must not send is a failure with its section",
        arguments: [
            ("830141", "§5.2", false), ("8b00", "§5.2", false), ("a10141", "§5.2", false), ("910141", "§5.2", false),
            ("c10141", "§5.2", false),
            ("0900", "§5.5", false), ("897e0100", "§5.5", false), ("8181", "§5.1", false), ("8101", "§5.1", true),
            ("827e0001", "§5.2", false), ("827f000000000000ffff", "§5.2", false),
            ("827fffffffffffffffff", "§5.2", false),
        ])
    func refuses(hex: String, section: String, isMasked: Bool) {
        do throws(CaseStop) {
            _ = try ReceivedFrame.read(Self.bytes(hex), .init(isMasked: isMasked, mayCompress: false))
            Issue.record("\(hex) was read")
        } catch {
            guard case .failed(_, _, let why) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(why.contains(section), "\(why)")
        }
    }

    @Test(
        "RSV1 is for the first frame of a data message alone: RFC 7692 §6.1",
        arguments: [("c10141", true), ("c000", false), ("c900", false)])
    func compressed(hex: String, isRight: Bool) {
        let rules = ReceivedFrame.Rules(isMasked: false, mayCompress: true)
        #expect(((try? ReceivedFrame.read(Self.bytes(hex), rules)) != nil) == isRight)
    }
}

@Suite("permessage-deflate of the conformance tests: RFC 7692 §7.1")
struct DeflateParametersTests {
    private func read(_ text: String) -> DeflateParameters {
        DeflateParameters.read([text]).first ?? DeflateParameters()
    }

    @Test(
        "an answer that does not fit its offer is told",
        arguments: [
            ("permessage-deflate; server_no_context_takeover", "permessage-deflate", "§7.1.1.1"),
            (
                "permessage-deflate; server_max_window_bits=10", "permessage-deflate; server_max_window_bits=11",
                "§7.1.2.1"
            ),
            ("permessage-deflate; server_max_window_bits=10", "permessage-deflate", "§7.1.2.1"),
            ("permessage-deflate", "permessage-deflate; client_max_window_bits=10", "§7.1.2.2"),
            (
                "permessage-deflate; client_max_window_bits=9", "permessage-deflate; client_max_window_bits=10",
                "§7.1.2.2"
            ),
            ("permessage-deflate; client_max_window_bits", "permessage-deflate; client_max_window_bits", "§7.1.2.2"),
            ("permessage-deflate", "permessage-deflate; foo", "§7.1"),
            ("permessage-deflate", "permessage-deflate; server_max_window_bits=7", "§7.1"),
            (
                "permessage-deflate", "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
                "§7.1"
            ),
        ])
    func misfits(offer: String, answer: String, section: String) {
        #expect(read(answer).misfit(to: read(offer))?.why.contains(section) == true)
    }

    @Test(
        "an answer that fits is not",
        arguments: [
            ("permessage-deflate", "permessage-deflate"),
            ("permessage-deflate", "permessage-deflate; server_max_window_bits=8"),
            ("permessage-deflate; server_max_window_bits=15", "permessage-deflate"),
            (
                "permessage-deflate; client_max_window_bits",
                "permessage-deflate; client_max_window_bits=8; client_no_context_takeover"
            ),
            ("permessage-deflate; server_max_window_bits=\"10\"", "permessage-deflate;server_max_window_bits=9"),
        ])
    func fits(offer: String, answer: String) {
        #expect(read(answer).misfit(to: read(offer)) == nil)
    }
}
