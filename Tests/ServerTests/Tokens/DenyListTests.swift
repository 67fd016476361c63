// Who is not let in any more: the list, the file, and that a loop hears of it.
import EventLoop
import JWT
import TestSupport
import Testing

@testable import Server

@Suite("A deny list", .ownsWhatItStarts)
struct DenyListTests {
    private func list(_ text: String) throws -> DenyList { try DenyList(json: Array(text.utf8)) }

    @Test("it holds tokens by their id and users by theirs, until a moment or for good")
    func entries() throws {
        let list = try list(#"{"tokens": {"j1": 100, "j2": null}, "users": {"42": 50, "43": null, "": null}}"#)
        #expect(list.holds(user: "7", tokenIdentifier: "j1", now: 99))
        #expect(!list.holds(user: "7", tokenIdentifier: "j1", now: 100))
        #expect(list.holds(user: "7", tokenIdentifier: "j2", now: .max - 1))
        #expect(
            list.holds(user: "42", tokenIdentifier: nil, now: 49)
                && !list.holds(user: "42", tokenIdentifier: nil, now: 50))
        #expect(list.holds(user: "43", tokenIdentifier: "x", now: 1_000))
        #expect(!list.holds(user: "j2", tokenIdentifier: "43", now: 0), "an id is no user")
        #expect(!list.holds(user: "", tokenIdentifier: nil, now: 0), "nobody is anonymous by name")
        // Row P13: two ways to write one character are two names.
        let accents = try self.list("{\"users\": {\"e\u{301}\": null}}")
        #expect(accents.holds(user: "e\u{301}", tokenIdentifier: nil, now: 0))
        #expect(!accents.holds(user: "\u{e9}", tokenIdentifier: nil, now: 0))
    }

    @Test(
        "what is no list is refused whole",
        arguments: [
            "", "[]", "{", #"{"token": {}}"#, #"{"tokens": []}"#, #"{"tokens": {"a": "b"}}"#,
            #"{"tokens": {"a": 1.5}}"#,
            #"{"tokens": {"a": 1, "a": 2}}"#, #"{"users": {"a": true}}"#, #"{"users": {"a": 1e99}}"#,
        ])
    func refused(_ text: String) {
        #expect(throws: DenyList.Problem.self) { try list(text) }
    }

    @Test("it has an end")
    func limit() throws {
        func text(_ count: Int) -> String {
            "{\"users\": {" + (0..<count).map { "\"\($0)\": 1" }.joined(separator: ",") + "}}"
        }
        #expect(try list(text(DenyList.entriesMax)).count == DenyList.entriesMax)
        #expect(throws: DenyList.Problem.self) { try list(text(DenyList.entriesMax + 1)) }
    }

    @Test("a file of it is read again when it changes, and the loop hears of it; a broken one changes nothing")
    func file() throws {
        let folder = try TemporaryFolder("deny")
        let path = try folder.write("{}", to: "deny.json")
        let bench = try DeskBench(DeskBench.secretSettings { $0.denyFile = path })
        let signer = try TokenSigner(secret: Array(DeskBench.secret.utf8).span)
        var claims = NewClaims()
        claims.user = "42"
        claims.tokenIdentifier = "j1"
        let token = String(decoding: signer.token(claims), as: UTF8.self)
        #expect(try bench.outcome(token) == .accepted)
        var told = 0
        bench.desk.onDenied = { told += 1 }
        func change(_ text: String, until condition: () -> Bool) throws {
            try folder.write(text, to: "deny.json")
            try wait(until: "the list is read: \(text)\n\(bench.log.text)", everyMilliseconds: 0) {
                bench.loop.turn(waitAtMostMilliseconds: 20)
                return condition()
            }
        }
        try change(#"{"tokens": {"j1": null}}"#) { told == 1 }
        #expect(try bench.outcome(token) == .revoked)
        #expect(
            bench.desk.isRevoked(user: "7", tokenIdentifier: "j1")
                && !bench.desk.isRevoked(user: "7", tokenIdentifier: nil))
        try change("{") { !bench.office.troubles.isEmpty }
        #expect(try bench.outcome(token) == .revoked, "what was read before holds")
        try change(#"{"users": {"42": 4000000000}}"#) { told == 2 }
        #expect(try bench.outcome(token) == .revoked && bench.office.troubles.isEmpty)
        try change("{}") { told == 3 }
        #expect(try bench.outcome(token) == .accepted)
    }
}
