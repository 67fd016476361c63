import Testing

@testable import Server

@Suite("Who may do what in which channel")
struct RightsTests {
    @Test("a name is private, has a namespace and names users as its special characters say")
    func addresses() {
        func parts(_ name: String) -> String {
            let address = ChannelAddress(name)
            return "\(address.isPrivate ? "$" : "-") \(address.namespace ?? "none") \(address.rest)"
                + (address.users.map { " \($0)" } ?? "")
        }
        #expect(parts("news") == "- none news")
        #expect(parts("chat:1") == "- chat 1")
        #expect(parts("chat:a:b") == "- chat a:b")
        #expect(parts("$chat:1") == "$ chat 1")
        #expect(parts("$news") == "$ none news")
        #expect(parts("$$x") == "$ none $x")
        #expect(parts(":x") == "-  x")
        #expect(parts("#42") == #"- none #42 ["42"]"#)
        #expect(parts("chat:dialog#1,2") == #"- chat dialog#1,2 ["1", "2"]"#)
        #expect(parts("a#b#c") == #"- none a#b#c ["c"]"#, "the last one counts")
        #expect(parts("chat:#") == #"- chat # [""]"#)
        #expect(parts("") == "- none ")
        var naming = ChannelNaming()
        naming.namespaceBoundary = "::"
        naming.privatePrefix = ""
        let other = ChannelAddress("$a:b::c", naming)
        #expect(other.namespace == "$a:b" && other.rest == "c" && !other.isPrivate)
    }

    private func rights(_ change: (inout NamespaceOptions) -> Void) -> Rights {
        var options = NamespaceOptions()
        change(&options)
        return Rights(namespaces: [("chat", options)])
    }

    private let ann = Requester(user: "42")
    private let nobody = Requester()
    private let insecure = Requester(isInsecure: true)

    private func subscribe(
        _ rights: Rights, _ name: String, _ requester: Requester, hasToken: Bool = false
    ) -> Decision.Outcome {
        rights.decide(.subscribe, ChannelAddress(name), for: requester, hasToken: hasToken).outcome
    }

    @Test("nothing is allowed that no rule allows")
    func nothing() {
        let rights = rights { _ in }
        for action in ChannelAction.allCases {
            for requester in [ann, nobody] {
                for name in ["chat:1", "news", "#42", "$chat:1", "chat:#42"] {
                    let decision = rights.decide(action, ChannelAddress(name), for: requester, isSubscribed: true)
                    #expect(decision.outcome == .denied, "\(action) \(name) \(requester.user)")
                    #expect(!decision.rule.isEmpty)
                }
            }
        }
    }

    @Test("unknown namespaces and names that do not fit are told before rights are asked")
    func names() throws {
        let rights = rights { $0.allowSubscribe = .init(client: true, anonymous: true) }
        #expect(subscribe(rights, "nope:1", insecure) == .unknownChannel)
        #expect(subscribe(rights, ":1", ann) == .unknownChannel)
        #expect(subscribe(rights, "chat:é", ann) == .badName)
        #expect(subscribe(rights, "chat:" + String(repeating: "x", count: 250), ann) == .allowed)
        #expect(subscribe(rights, "chat:" + String(repeating: "x", count: 251), ann) == .badName)
        #expect(subscribe(rights, "", ann) == .badName)
        let pattern = try ChannelPattern("^[a-zé]+$")
        let withPattern = self.rights {
            $0.allowSubscribe.client = true
            $0.channelPattern = pattern
        }
        #expect(subscribe(withPattern, "chat:é", ann) == .allowed)
        #expect(subscribe(withPattern, "chat:1", ann) == .badName)
    }

    @Test("P13 a namespace or room that only looks alike is another one")
    func lookAlikes() {
        var options = NamespaceOptions()
        options.allowSubscribe.client = true
        let rights = Rights(namespaces: [("caf\u{e9}", options)])
        #expect(subscribe(rights, "cafe\u{301}:1", ann) == .unknownChannel)
        #expect(rights.options(of: ChannelAddress("caf\u{e9}:1")) != nil)
        let pattern = try? ChannelPattern(".")
        var open = NamespaceOptions()
        open.channelPattern = pattern
        let room = Requester(user: "u", rooms: ["caf\u{e9}", "th\u{e9}*"])
        let plain = Rights(withoutNamespace: open)
        #expect(subscribe(plain, "caf\u{e9}", room) == .allowed && subscribe(plain, "cafe\u{301}", room) == .denied)
        #expect(subscribe(plain, "the\u{301}", room) == .denied)
    }

    @Test("subscribing: token, users in the name, rooms, namespace, open mode")
    func subscribing() {
        let closed = rights { $0.allowUserLimitedChannels = true }
        #expect(subscribe(closed, "$chat:1", insecure) == .denied, "also in open mode")
        #expect(subscribe(closed, "$chat:1", nobody, hasToken: true) == .allowed)
        #expect(subscribe(closed, "chat:#7,42", ann) == .allowed)
        #expect(subscribe(closed, "chat:#7", ann) == .denied)
        #expect(subscribe(closed, "chat:#", nobody) == .denied, "the anonymous user is nobody's name")
        #expect(subscribe(closed, "chat:1", insecure) == .allowed)
        let client = rights { $0.allowSubscribe.client = true }
        #expect(subscribe(client, "chat:1", ann) == .allowed && subscribe(client, "chat:1", nobody) == .denied)
        #expect(subscribe(client, "chat:#42", ann) == .denied, "not by the rule for everybody")
        let anonymous = rights { $0.allowSubscribe = .init(client: false, anonymous: true) }
        #expect(subscribe(anonymous, "chat:1", nobody) == .denied, "it only extends the other")
        let both = rights { $0.allowSubscribe = .init(client: true, anonymous: true) }
        #expect(subscribe(both, "chat:1", nobody) == .allowed)
    }

    @Test(
        "the rooms claim grants its names whole, and by their beginnings what is neither private nor of certain users")
    func rooms() {
        let rights = rights { _ in }
        let member = Requester(user: "42", rooms: ["chat:1", "chat:team-*", "chat:a#7", "$chat:p"])
        for action in ChannelAction.allCases {
            func outcome(_ name: String) -> Decision.Outcome {
                rights.decide(action, ChannelAddress(name), for: member).outcome
            }
            #expect(
                outcome("chat:1") == .allowed && outcome("chat:team-x") == .allowed && outcome("chat:a#7") == .allowed)
            #expect(outcome("chat:10") == .denied && outcome("chat:tea") == .denied)
            #expect(outcome("chat:team-x#9") == .denied)
            #expect(outcome("nope:1") == .unknownChannel)
        }
        #expect(subscribe(rights, "$chat:p", member) == .denied, "private channels need a token of their own")
        let all = Requester(user: "1", rooms: ["*"])
        #expect(subscribe(rights, "chat:x", all) == .allowed && subscribe(rights, "$chat:x", all) == .denied)
    }

    @Test(
        "publishing, presence and history: for clients, for subscribers, for the anonymous",
        arguments: [
            (ChannelAction.publish, \NamespaceOptions.allowPublish), (.presence, \NamespaceOptions.allowPresence),
            (.history, \NamespaceOptions.allowHistory),
        ])
    func audiences(
        _ action: ChannelAction, _ option: any WritableKeyPath<NamespaceOptions, NamespaceOptions.Audience> & Sendable
    ) {
        func allowed(_ audience: NamespaceOptions.Audience, _ requester: Requester, isSubscribed: Bool = false) -> Bool
        {
            rights { $0[keyPath: option] = audience }
                .decide(action, ChannelAddress("chat:1"), for: requester, isSubscribed: isSubscribed).isAllowed
        }
        #expect(allowed(.init(client: true), ann) && !allowed(.init(client: true), nobody))
        #expect(allowed(.init(client: true, anonymous: true), nobody))
        #expect(!allowed(.init(subscriber: true), ann) && allowed(.init(subscriber: true), ann, isSubscribed: true))
        #expect(!allowed(.init(subscriber: true), nobody, isSubscribed: true))
        #expect(allowed(.init(subscriber: true, anonymous: true), nobody, isSubscribed: true))
        #expect(!allowed(.init(anonymous: true), nobody, isSubscribed: true))
        #expect(allowed(.init(), insecure))
    }

    @Test("the rule that decided is named")
    func rules() {
        let rights = rights { $0.allowPublish = .init(subscriber: true, anonymous: true) }
        func rule(_ action: ChannelAction, _ requester: Requester) -> String {
            rights.decide(action, ChannelAddress("chat:1"), for: requester, isSubscribed: true).rule
        }
        #expect(rule(.publish, ann) == "allow_publish_for_subscriber")
        #expect(rule(.publish, nobody) == "allow_publish_for_subscriber, allow_publish_for_anonymous")
        #expect(rule(.history, ann) == "no rule grants history to user \"42\"")
        #expect(rule(.history, Requester(rooms: ["chat:*"])) == "rooms claim: chat:*")
    }
}
