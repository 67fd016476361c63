// All cases for a WebSocket server, in the order in which they are told.

enum WebSocketServerCases {
    static func all(_ door: WebSocketDoor) -> [ConformanceCase] {
        HandshakeCases.all(door) + OfferCases.all(door) + PeerCase.all.map { server($0, door) }
    }

    /// A case of both roles, on a connection that we have opened.
    private static func server(_ test: PeerCase, _ door: WebSocketDoor) -> ConformanceCase {
        ConformanceCase(test.id, test.section, test.level, test.sentence) { attempt throws(CaseStop) in
            let peer = if let wish = test.deflate { try door.open(attempt, wish) } else { try door.open(attempt) }
            try test.run(peer)
        }
    }
}
