// All cases for a WebSocket server, in the order in which they are told.

enum WebSocketServerCases {
    static func all(_ door: WebSocketDoor) -> [ConformanceCase] {
        [
            ConformanceCase("message/hello", "RFC 6455 §5.6", .must, "a text message comes back") {
                attempt throws(CaseStop) in
                let peer = try door.open(attempt)
                try peer.expectHealthy("RFC 6455 §6.2: a message is received")
            }
        ]
    }
}
