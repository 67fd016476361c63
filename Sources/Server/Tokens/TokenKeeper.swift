// Looks once a second whether a file about tokens has changed, and whether an issuer's keys are old. On a thread of its own: a disk may make it
// wait, and nobody waits for it.

import EventLoop
import JWT

final class TokenKeeper: EventSource {
    static let milliseconds = 1_000

    private let office: TokenOffice
    private let loop: EventLoop
    /// To a deny list in Redis.
    private let link: DenyLink?
    private var source: UInt16 = 0
    private var keyFile = WatchedFile()
    private var denyFile = WatchedFile()

    init(_ office: TokenOffice, on loop: EventLoop, _ link: DenyLink?) {
        self.office = office
        self.loop = loop
        self.link = link
        source = loop.add(source: self)
    }

    func run() {
        keyFile.begin(office.watchedKeyFile)
        denyFile.begin(office.watchedDenyFile)
        loop.turnEnd = link
        link?.start()
        look()
        loop.run()
    }

    func ready(_ token: Token, _ readiness: Readiness) {}
    func timerFired(_ token: Token) { look() }

    private func look() {
        office.fetchIfDue()
        link?.retry()
        switch keyFile.look(office.watchedKeyFile, bytesMax: KeyLimits.textBytesMax) {
        case nil: break
        case .success(let text): office.takeKeyFile(text, keyFile.path)
        case .failure(let failure): office.keyFileFailed(failure.text)
        }
        switch denyFile.look(office.watchedDenyFile, bytesMax: DenyList.fileBytesMax) {
        case nil: break
        case .success(let text):
            do throws(DenyList.Problem) {
                office.take(try DenyList(json: text))
            } catch {
                office.denyListFailed("\(Printable.text(denyFile.path, atMost: 200)): \(error.text)")
            }
        case .failure(let failure): office.denyListFailed(failure.text)
        }
        loop.schedule(
            Token(slot: 0, generation: 0, source: source), at: loop.now.adding(milliseconds: TokenKeeper.milliseconds))
    }
}

/// A file that is read when it is not the one that was read last.
private struct WatchedFile {
    struct Failure: Error {
        let text: String
    }

    private(set) var path = ""
    private var mark: FileMark?

    /// It was read a moment ago by the start. Should it have changed since, it is read again at the first look or never was old.
    mutating func begin(_ path: String?) { self.path = path ?? "" }

    /// Nil: nothing new.
    mutating func look(_ path: String?, bytesMax: Int) -> Result<[UInt8], Failure>? {
        guard let path else { return nil }
        let before = FileMark(path)
        guard path != self.path || before != mark else { return nil }
        self.path = path
        // The mark is older than what is read: what is written meanwhile is seen at the next look.
        mark = before
        let shown = Printable.text(path, atMost: 200)
        do throws(SystemError) {
            let bytes = try SmallFile.bytes(path, bytesMax: bytesMax)
            guard bytes.count <= bytesMax else {
                return .failure(Failure(text: "\(shown): longer than \(bytesMax) bytes"))
            }
            return .success(bytes)
        } catch {
            return .failure(Failure(text: "\(shown): \(error)"))
        }
    }
}
