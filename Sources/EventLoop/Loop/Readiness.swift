/// What a descriptor is ready for. `hangUp` and `error` come unasked; see `StreamVerdict` for what they demand.
package struct Readiness: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let readable = Readiness(rawValue: Kernel.readable)
    package static let writable = Readiness(rawValue: Kernel.writable)
    package static let error = Readiness(rawValue: Kernel.error)
    package static let hangUp = Readiness(rawValue: Kernel.hangUp)
    /// Any of these means that a receive will not block: data, the end, or an error.
    package static let mustReceive: Readiness = [.readable, .hangUp, .error]
}

/// What the owner of a descriptor wants to be told.
package struct Interest: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let read = Interest(rawValue: Kernel.readable)
    package static let write = Interest(rawValue: Kernel.writable)
    package static let both: Interest = [.read, .write]
    package static let none: Interest = []
}
