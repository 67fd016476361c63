// Which program under test is meant: one line for each protocol and role.

enum ConformanceSubjects {
    /// The subject that the settings name.
    static func make(_ settings: ConformanceSettings) throws(ConformanceProblem) -> any ConformanceSubject {
        switch (settings.wireProtocol, settings.role) {
        case (.webSocket, .server): try WebSocketServerSubject(settings)
        case (.webSocket, .client): try WebSocketClientSubject(settings)
        case (.redis, .server): try RedisServerSubject(settings)
        case (.redis, .client): try RedisClientSubject(settings)
        }
    }
}
