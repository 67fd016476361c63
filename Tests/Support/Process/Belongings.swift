// What a test has started belongs to the test: processes, folders, proxies end when the test ends, newest first.
// Without this a server would end at the *last use* of its variable, which in Swift may be long before the test's end.
import EventLoop
import Testing

/// Something that must be ended when its test ends. `release` may be called more than once.
package protocol Belonging: AnyObject, Sendable {
    func release()
}

package final class Belongings: Sendable {
    @TaskLocal package static var current: Belongings?

    private let kept = Lock<[any Belonging]>([])

    /// Gives `thing` to the running test; without a test around it, its owner must end it.
    package static func keep(_ thing: any Belonging) {
        current?.kept.withLock { $0.append(thing) }
    }

    package init() {}

    package func releaseAll() {
        let things = kept.withLock { things in
            defer { things = [] }
            return things
        }
        for thing in things.reversed() { thing.release() }
    }
}

/// Ends what each test of the suite (or the one test) has started.
package struct OwnsWhatItStarts: SuiteTrait, TestTrait, TestScoping {
    package var isRecursive: Bool { true }

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        // Suites have no body of their own: only their tests own something.
        guard testCase != nil, Belongings.current == nil else { return try await function() }
        let belongings = Belongings()
        defer { belongings.releaseAll() }
        try await Belongings.$current.withValue(belongings) { try await function() }
    }
}

extension Trait where Self == OwnsWhatItStarts {
    /// Everything the test starts (servers, browsers, folders, proxies) ends with it.
    package static var ownsWhatItStarts: Self { OwnsWhatItStarts() }
}
