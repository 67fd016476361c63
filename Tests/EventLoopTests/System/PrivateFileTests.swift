// Files of secrets: their rights, replacing them whole, one who changes them at a time.
import Foundation
import Glibc
import TestSupport
import Testing

@testable import EventLoop

@Suite("Private files")
struct PrivateFileTests {
    private func mode(_ path: String) -> UInt32 {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
    }

    @Test("a file is read with its rights; what others may read or anybody run is not private")
    func rights() throws {
        let folder = try TemporaryFolder("private")
        let path = try folder.write("secret", to: "file")
        for (rights, isPrivate) in [
            (0o600, true), (0o400, true), (0o200, true), (0o640, false), (0o604, false), (0o620, false), (0o700, false),
            (0o601, false), (0o1600, false),
        ] as [(UInt32, Bool)] {
            #expect(chmod(path, rights) == 0)
            let mark = try PrivateFile.mark(path)
            #expect(mark.isPrivate == isPrivate && mark.mode == rights, "\(String(rights, radix: 8))")
        }
        #expect(chmod(path, 0o600) == 0)
        let read = try PrivateFile.read(path, bytesMax: 100)
        let mark = try PrivateFile.mark(path)
        #expect(read.bytes == Array("secret".utf8) && read.mark == mark)
        #expect(try PrivateFile.read(path, bytesMax: 3).bytes.count > 3, "one sees that it is longer")
        #expect(throws: SystemError.self) { try PrivateFile.read(folder.file("none"), bytesMax: 1) }
    }

    @Test(
        "replacing gives a new file of mode 0600, whatever the old one's or the umask's, and leaves nothing beside it")
    func replacing() throws {
        let folder = try TemporaryFolder("private")
        let path = folder.file("file")
        try PrivateFile.replace(path, with: [1])
        #expect(mode(path) == 0o600)
        #expect(chmod(path, 0o644) == 0)
        let before = try PrivateFile.mark(path)
        try PrivateFile.replace(path, with: [2, 3])
        #expect(mode(path) == 0o600)
        let after = try PrivateFile.read(path, bytesMax: 10)
        #expect(after.bytes == [2, 3] && after.mark != before)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["file"])
    }

    @Test("a symbolic link stays one, and what it leads to is replaced")
    func links() throws {
        let folder = try TemporaryFolder("private")
        try folder.write("old", to: "real")
        #expect(symlink("real", folder.file("link")) == 0)
        try PrivateFile.replace(folder.file("link"), with: Array("new".utf8))
        #expect(try PrivateFile.read(folder.file("real"), bytesMax: 10).bytes == Array("new".utf8))
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.file("link")) == "real")
    }

    @Test("when it cannot be written, the old file is as it was and nothing is left behind")
    func failing() throws {
        let folder = try TemporaryFolder("private")
        // A file can never take the place of a folder that has something in it.
        try FileManager.default.createDirectory(atPath: folder.file("file/full"), withIntermediateDirectories: true)
        #expect(throws: SystemError.self) { try PrivateFile.replace(folder.file("file"), with: [1]) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["file"])
        #expect(throws: SystemError.self) { try PrivateFile.replace(folder.file("none/file"), with: [1]) }
    }

    @Test("one changes the folder's files at a time; the others wait for their turn")
    func locking() throws {
        let folder = try TemporaryFolder("private")
        let path = try folder.write("0", to: "file")
        let failed = Lock(0)
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            do {
                for _ in 0..<5 {
                    try PrivateFile.withFolderLocked(of: path, orElse: { $0 }) { () throws(SystemError) in
                        let text = String(decoding: try PrivateFile.read(path, bytesMax: 10).bytes, as: UTF8.self)
                        try PrivateFile.replace(path, with: Array("\((Int(text) ?? 0) + 1)".utf8))
                    }
                }
            } catch { failed.withLock { $0 += 1 } }
        }
        #expect(failed.withLock { $0 } == 0)
        #expect(try PrivateFile.read(path, bytesMax: 10).bytes == Array("40".utf8))
    }
}

@Suite("A line that nobody sees")
struct HiddenLineTests {
    private func type(_ keys: String) -> (step: HiddenLine.Step, text: String) {
        var line = HiddenLine()
        for key in keys.utf8 {
            let step = line.take(key)
            if step != .more { return (step, String(decoding: line.bytes, as: UTF8.self)) }
        }
        return (.more, String(decoding: line.bytes, as: UTF8.self))
    }

    @Test("keys make the line until Enter")
    func typing() {
        #expect(type("abc\n") == (.done, "abc") && type("abc\r") == (.done, "abc") && type("abc") == (.more, "abc"))
        #expect(type("päß wört\n") == (.done, "päß wört") && type("\n") == (.done, ""))
    }

    @Test("Backspace takes a whole character, Ctrl-U all of them; on an empty line they do nothing")
    func correcting() {
        #expect(type("abc\u{7F}d\n") == (.done, "abd") && type("a\u{8}\u{8}\u{7F}b\n") == (.done, "b"))
        #expect(type("aä€𝄞\u{7F}\n") == (.done, "aä€") && type("aä€\u{7F}\n") == (.done, "aä"))
        #expect(type("ä\u{7F}\n") == (.done, "") && type("wrong\u{15}right\n") == (.done, "right"))
    }

    @Test("Ctrl-C cancels, and so does Ctrl-D where nothing is typed")
    func cancelling() {
        #expect(type("abc\u{3}").step == .cancelled && type("\u{4}").step == .cancelled)
        #expect(type("abc\u{4}") == (.done, "abc"))
    }

    @Test("a key that is held down for ever fills no memory")
    func bounded() {
        var line = HiddenLine()
        for _ in 0..<100_000 { #expect(line.take(0x61) == .more) }
        #expect(line.bytes.count == HiddenLine.bytesMax)
    }
}
