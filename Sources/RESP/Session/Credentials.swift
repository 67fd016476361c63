// A name and a password for Redis. Nothing that describes or mirrors this value shows the password.

package struct Credentials: Equatable, Sendable {
    /// Nil: Redis' own `default` user.
    package let user: String?
    package let password: [UInt8]

    package init(user: String?, password: [UInt8]) {
        self.user = user
        self.password = password
    }
}

extension Credentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "\(user ?? "default"):(hidden)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["user": user ?? "default"]) }
}
