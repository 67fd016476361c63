// What nodes tell each other: every action arrives as it was sent, and what is no message of ours is refused.
import ChatProtocol
import Testing

@testable import Server

@Suite("Messages between nodes")
struct ControlMessageTests {
    private func sent(_ action: ControlCommand.Action, user: String = "42", client: String? = nil) throws
        -> ControlCommand
    {
        let command = ControlCommand(user: user, client: client, action: action)
        let message = try #require(ControlMessage(ControlMessage(node: "a", command: command).bytes))
        #expect(message.node == "a")
        #expect(message.command.user == user && message.command.client == client)
        return message.command
    }

    @Test("a disconnect keeps its code, its reason and whom it spares")
    func disconnect() throws {
        let action = try sent(.disconnect(Disconnect(4_321, "go"), keeping: ["c1", "c2"]), client: "c3").action
        guard case .disconnect(let reason, let keeping) = action else { return #expect(Bool(false), "\(action)") }
        #expect(reason == Disconnect(4_321, "go") && keeping == ["c1", "c2"])
        guard
            case .disconnect(Disconnect(4_321, ""), []) = try sent(.disconnect(Disconnect(4_321, ""), keeping: []))
                .action
        else { return #expect(Bool(false), "an empty reason is none") }
    }

    @Test("a subscription keeps all it has, and what it does not say stays unsaid")
    func subscribe() throws {
        var subscription = ServerSubscription(channel: "chat:1")
        subscription.info = Array("{\"a\":1}".utf8)
        subscription.data = [0, 255]
        subscription.expiresAt = 4_000_000_000
        subscription.recoverSince = StreamPosition(offset: 0, epoch: "abc")
        subscription.overrides = SubscriptionOverrides(
            presence: true, joinLeave: false, forcePushJoinLeave: nil, forcePositioning: false, forceRecovery: true)
        guard case .subscribe(let came) = try sent(.subscribe(subscription)).action else {
            return #expect(Bool(false), "another action")
        }
        #expect(came.channel == "chat:1" && came.info == subscription.info && came.data == [0, 255])
        #expect(came.expiresAt == 4_000_000_000 && came.recoverSince == subscription.recoverSince)
        #expect(came.overrides == subscription.overrides)
        guard case .subscribe(let bare) = try sent(.subscribe(ServerSubscription(channel: "a"))).action else {
            return #expect(Bool(false), "another action")
        }
        #expect(bare.expiresAt == nil && bare.recoverSince == nil && bare.overrides == SubscriptionOverrides())
    }

    @Test("unsubscribe, refresh and expire arrive; an empty info is not none")
    func others() throws {
        guard case .unsubscribe("news") = try sent(.unsubscribe(channel: "news"), user: "").action else {
            return #expect(Bool(false), "another action")
        }
        guard case .refresh(let second, let info) = try sent(.refresh(expiresAt: 77, info: [])).action else {
            return #expect(Bool(false), "another action")
        }
        #expect(second == 77 && info == [])
        guard case .refresh(nil, nil) = try sent(.refresh(expiresAt: nil, info: nil)).action else {
            return #expect(Bool(false), "another action")
        }
        guard case .expire = try sent(.expire).action else { return #expect(Bool(false), "another action") }
    }

    @Test("what is cut, of another version or without a sender is no message")
    func refused() {
        let command = ControlCommand(user: "42", client: nil, action: .expire)
        let bytes = ControlMessage(node: "a", command: command).bytes
        for end in bytes.indices { #expect(ControlMessage(Array(bytes[..<end])) == nil, "\(end)") }
        #expect(ControlMessage(bytes + [0]) == nil)
        #expect(ControlMessage(ControlMessage(node: "", command: command).bytes) == nil)
        // Protobuf by hand: length, field 1 (varint) = 2, field 2 = "a".
        #expect(ControlMessage([5, 0x08, 2, 0x12, 1, 0x61]) == nil)
        // The same of version 1 says what to do in no field, or in field 15 of a later node; field 9 is to close.
        #expect(ControlMessage([5, 0x08, 1, 0x12, 1, 0x61]) == nil)
        #expect(ControlMessage([7, 0x08, 1, 0x12, 1, 0x61, 0x78, 1]) == nil)
        #expect(ControlMessage([7, 0x08, 1, 0x12, 1, 0x61, 0x48, 0]) == nil)
        #expect(ControlMessage([7, 0x08, 1, 0x12, 1, 0x61, 0x48, 1]) != nil)
        // To unsubscribe from, and to subscribe to, a channel without a name: fields 6 and 5, empty.
        #expect(ControlMessage([7, 0x08, 1, 0x12, 1, 0x61, 0x32, 0]) == nil)
        #expect(ControlMessage([7, 0x08, 1, 0x12, 1, 0x61, 0x2a, 0]) == nil)
        // A disconnect with a code that no Close frame may carry: field 7 with field 1 = 1000.
        #expect(ControlMessage([10, 0x08, 1, 0x12, 1, 0x61, 0x3a, 3, 0x08, 0xe8, 0x07]) == nil)
    }
}
