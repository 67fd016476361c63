// The office with its thread, asked by a loop; what a password costs is the test's.
import EventLoop
import Foundation
import TestSupport
import Testing

@testable import Server

@Suite("Logging in", .serialized)
struct LoginOfficeTests {
    private let folder: TemporaryFolder
    private let path: String
    private let loop: EventLoop
    private let log = WrittenLines()
    private let clock = ShiftedClock()

    init() throws {
        folder = try TemporaryFolder("logins")
        path = folder.file("users.jsonl")
        loop = try EventLoop()
        try write(["ann"])
    }

    /// Each user's password is the name, backwards.
    private func write(_ names: [String]) throws {
        var file = UsersFile()
        for name in names {
            let key = Array(name.utf8.reversed()) + [UInt8](repeating: 0, count: 32 - name.utf8.count)
            file.put(
                UserRecord(
                    name: name, password: PasswordHash(rounds: 600_000, salt: Array(0...15), key: key),
                    rooms: ["room:\(name)"]))
        }
        try PrivateFile.replace(path, with: file.bytes)
    }

    private func desk(
        before: @escaping @Sendable () -> Void = {}
    ) throws -> (desk: LoginDesk, office: LoginOffice) {
        var settings = TokenSettings()
        settings.files.secrets = [try Secret(line: Array("a secret of more than thirty-two bytes".utf8))]
        let office = LoginOffice(
            path: path, tokens: try LoginTokens(settings, seconds: 60), log: log.log, clock: clock.now
        ) { hash, password in
            before()
            return hash.key.starts(with: password) && !password.isEmpty
        }
        try office.start()
        return (LoginDesk(office, on: loop), office)
    }

    private func login(_ user: String, _ password: String) throws -> LoginRequest {
        try LoginRequest(Array(#"{"user":"\#(user)","password":"\#(password)"}"#.utf8))
    }

    /// Turns the loop until it holds.
    private func turn(until isTrue: () -> Bool) throws {
        let deadline = Deadline(seconds: 10)
        while !isTrue() {
            guard !deadline.hasPassed else { throw KitError("nothing came") }
            loop.turn(waitAtMostMilliseconds: 20)
        }
    }

    private func outcome(
        _ desk: LoginDesk, _ user: String, _ password: String, from address: IPAddress = .loopback
    ) throws -> LoginOutcome {
        var found: LoginOutcome?
        desk.logIn(try login(user, password), from: address) { found = $0 }
        try turn { found != nil }
        return try #require(found)
    }

    private func isWelcome(_ outcome: LoginOutcome) -> Bool {
        if case .welcome(_, 60) = outcome { return true }
        return false
    }

    private func isWrong(_ outcome: LoginOutcome) -> Bool {
        if case .wrong = outcome { return true }
        return false
    }

    @Test("the right password gives a token, wrong ones and unknown names the same answer; each is counted")
    func outcomes() throws {
        let (desk, office) = try desk()
        #expect(isWelcome(try outcome(desk, "ann", "nna")))
        #expect(isWrong(try outcome(desk, "ann", "wrong")))
        #expect(isWrong(try outcome(desk, "nobody", "nna")))
        // The second wrong one of this address and name delays the third; the right one must wait as long, and no longer.
        #expect(isWrong(try outcome(desk, "ann", "wrong")))
        guard case .delayed(1) = try outcome(desk, "ann", "nna") else {
            Issue.record("not delayed")
            return
        }
        let elsewhere = try #require(IPAddress("10.0.0.1"))
        #expect(isWelcome(try outcome(desk, "ann", "nna", from: elsewhere)), "from elsewhere nobody waits")
        clock.pass(milliseconds: 1_000)
        #expect(isWelcome(try outcome(desk, "ann", "nna")))
        let counted = Dictionary(uniqueKeysWithValues: office.outcomes)
        #expect(counted == ["welcome": 3, "wrong": 3, "delayed": 1, "full": 0, "unavailable": 0])
    }

    @Test("seventeen are underway; the next is told at once that it is full, and places come free")
    func full() throws {
        let gate = Gate()
        let (desk, _) = try desk { gate.wait() }
        var ended = 0
        var full = 0
        for number in 0..<20 {
            let address = try #require(IPAddress("10.0.1.\(number)"))
            desk.logIn(try login("user\(number)", "wrong"), from: address) { outcome in
                if case .full = outcome { full += 1 } else { ended += 1 }
            }
        }
        #expect(full == 3 && ended == 0, "said at once, before any password was tried")
        gate.open()
        try turn { ended == 17 }
        #expect(isWelcome(try outcome(desk, "ann", "nna")))
    }

    @Test("the file is read again when it is another one: who was added is known, who was removed is not")
    func changes() throws {
        let (desk, office) = try desk()
        #expect(isWelcome(try outcome(desk, "ann", "nna")))
        try write(["bob"])
        #expect(isWelcome(try outcome(desk, "bob", "bob")))
        #expect(isWrong(try outcome(desk, "ann", "nna")))
        #expect(office.trouble == nil)
    }

    @Test("while the file is gone, open to others or broken nobody logs in, and the log says why, once")
    func trouble() throws {
        let (desk, office) = try desk()
        #expect(isWelcome(try outcome(desk, "ann", "nna")))
        func isUnavailable() throws -> Bool {
            if case .unavailable = try outcome(desk, "ann", "nna") { return true }
            return false
        }
        #expect(chmod(path, 0o640) == 0)
        #expect(try isUnavailable() && isUnavailable())
        #expect(office.trouble?.contains("chmod 600") == true)
        #expect(log.lines.count == 1, "\(log.lines)")
        try PrivateFile.replace(path, with: Array("{}\n".utf8))
        #expect(try isUnavailable())
        #expect(unlink(path) == 0)
        #expect(try isUnavailable())
        #expect(log.lines.count == 3 && log.lines.allSatisfy { $0.contains("nobody can log in") }, "\(log.lines)")
        try write(["ann"])
        #expect(isWelcome(try outcome(desk, "ann", "nna")) && office.trouble == nil)
    }

    @Test("J8 nothing that was typed is in the log")
    func quiet() throws {
        let (desk, _) = try desk()
        for _ in 0..<3 { _ = try outcome(desk, "Marker77", "Marker77") }
        #expect(log.lines.isEmpty, "\(log.lines)")
    }
}

/// Opens once; whoever comes before waits.
private final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    func wait() {
        semaphore.wait()
        semaphore.signal()
    }
    func open() { semaphore.signal() }
}

private final class WrittenLines: Sendable {
    private let written = Lock<[String]>([])
    var lines: [String] { written.withLock { $0 } }
    var log: Log { Log { [self] line in written.withLock { $0.append(line) } } }
}
