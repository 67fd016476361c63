// Texts of the kinds that a chat server sends, made from a seed, and files of this repository.
import Foundation
import TestSupport

enum Samples {
    private static let words = """
        the quick server sends a message to every member of this channel when someone joins or leaves and keeps history for \
        a while so nobody misses what was said before lunch about release notes weather coffee trains music network latency \
        budget review deploy rollback incident
        """.split(separator: " ").map(String.init)
    private static let names = ["anna", "bert", "clara", "dmitri", "eva", "farid", "greta", "hugo"]

    static func sentence(_ chance: inout some RandomNumberGenerator) -> String {
        (0..<Int.random(in: 4...17, using: &chance)).map { _ in words.randomElement(using: &chance)! }
            .joined(separator: " ") + "."
    }

    /// One chat message as JSON, some 100 to 300 bytes.
    static func message(_ chance: inout some RandomNumberGenerator) -> String {
        let id = Int.random(in: 0..<1_000_000_000, using: &chance)
        let time = 1_760_000_000_000 + Int.random(in: 0..<1_000_000_000, using: &chance)
        let room = Int.random(in: 0..<40, using: &chance)
        let name = names.randomElement(using: &chance)!
        return "{\"type\":\"message\",\"id\":\(id),\"channel\":\"room-\(room)\",\"from\":\"\(name)\",\"time\":\(time),"
            + "\"text\":\"\(sentence(&chance))\",\"edited\":\(Bool.random(using: &chance))}"
    }

    /// `count` bytes of messages, one a line.
    static func json(_ count: Int, seed: UInt64) -> [UInt8] {
        var chance = SplitMix(seed: seed)
        return lines(count) { message(&chance) }
    }

    static func text(_ count: Int, seed: UInt64) -> [UInt8] {
        var chance = SplitMix(seed: seed)
        return lines(count) { sentence(&chance) }
    }

    static func html(_ count: Int, seed: UInt64) -> [UInt8] {
        var chance = SplitMix(seed: seed)
        return lines(count) {
            let id = Int.random(in: 0..<1_000_000, using: &chance)
            let hour = Int.random(in: 10...23, using: &chance)
            return
                "<article class=\"message\" id=\"m\(id)\"><b class=\"name\">\(names.randomElement(using: &chance)!)</b> "
                + "<time datetime=\"2026-11-21T\(hour):30\">\(hour):30</time><p>\(sentence(&chance))</p></article>"
        }
    }

    static func noise(_ count: Int, seed: UInt64) -> [UInt8] {
        var chance = SplitMix(seed: seed)
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &chance) }
    }

    /// A file of this repository.
    static func file(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: PackageFolder.root.appending(path: path)))
    }

    private static func lines(_ count: Int, _ line: () -> String) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count { bytes += Array(line().utf8) + [10] }
        return Array(bytes[..<count])
    }
}
