import EventLoop
import Foundation
import TestSupport
import Testing

@Suite("Files that a person names", .ownsWhatItStarts)
struct WholeFileTests {
    @Test("a file is written anew, and one that cannot be is named with the reason")
    func written() throws {
        let folder = try TemporaryFolder("output")
        let path = folder.file("result")
        try WholeFile.write([UInt8](repeating: 7, count: 300_000), to: path)
        try WholeFile.write([1, 2, 3], to: path)
        #expect(FileManager.default.contents(atPath: path) == Data([1, 2, 3]))
        let nowhere = folder.file("no/such/folder")
        let error = #expect(throws: SystemError.self) { try WholeFile.write([1], to: nowhere) }
        #expect(error?.description == "open \(nowhere) for writing: No such file or directory")
        let full = #expect(throws: SystemError.self) { try WholeFile.write([1], to: "/dev/full") }
        #expect(full?.description == "write /dev/full: No space left on device")
    }

    @Test("a process has as many descriptors as it may have, and is told when that is too few")
    func descriptors() {
        let now = DescriptorLimit.raise(to: 0)
        #expect(now > 0)
        #expect(DescriptorLimit.raise(to: now) == now)
        #expect(DescriptorLimit.raise(to: .max) >= now && DescriptorLimit.raise(to: .max) < .max)
    }
}
