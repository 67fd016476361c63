// All cases for WebSocket programs, in the order in which they are told and numbered.

enum WebSocketCases {
    /// Of both roles.
    private static var ofPeers: [PeerCase] {
        MessageCases.all + MaskingCases.all + ReservedCases.all + LengthCases.all + ControlCases.all
            + FragmentationCases.all + UTF8Cases.all + ClosingCases.all + DeflateCases.all
    }

    static func ofServers(_ door: WebSocketDoor) -> [ConformanceCase] {
        HandshakeCases.all(door) + OfferCases.all(door)
            + ofPeers.map { test in
                ConformanceCase(test.id, test.section, test.level, test.sentence) { attempt throws(CaseStop) in
                    let peer =
                        if let wish = test.deflate { try door.open(attempt, wish) } else { try door.open(attempt) }
                    try test.run(peer)
                }
            }
    }

    static var ofClients: [ClientCase] {
        RequestCases.all + ClientRandomnessCases.all + AnswerCases.all + DeflateAnswerCases.all
            + ofPeers.map { test in
                ClientCase(test.id, test.section, test.level, test.sentence) { visit throws(CaseStop) in
                    let peer = if let wish = test.deflate { try visit.open(wish) } else { try visit.open() }
                    defer { peer.leave() }
                    try test.run(peer)
                }
            }
    }
}
