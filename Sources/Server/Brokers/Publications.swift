// What a connection published in one receive, lent on its way to the home of its channel: not messages with memory of their own but the
// places where they stand in what was received. A receive of 256 messages goes from hand to hand once, and its bytes are copied once: into
// the frames of the turn's run. `Span`s keep it from outliving what it lends.

package struct Publications: ~Escapable {
    /// Stands before each payload: the plain door's `Client #42 says: `.
    let beginning: Span<UInt8>
    /// What was received.
    let bytes: Span<UInt8>
    /// Where the messages stand in `bytes`, in their order.
    let places: Span<Range<Int>>
    /// Each payload is known to be UTF-8.
    let areUTF8: Bool

    @_lifetime(copy beginning, copy bytes, copy places)
    init(beginning: Span<UInt8> = Span(), bytes: Span<UInt8>, places: Span<Range<Int>>, areUTF8: Bool) {
        self.beginning = beginning
        self.bytes = bytes
        self.places = places
        self.areUTF8 = areUTF8
    }

    /// Lends one payload as publications of its own.
    package static func one<Result>(
        _ payload: Span<UInt8>, isUTF8: Bool, _ body: (borrowing Publications) -> Result
    ) -> Result {
        let place: InlineArray<1, Range<Int>> = [0..<payload.count]
        return body(Publications(bytes: payload, places: place.span, areUTF8: isUTF8))
    }

    /// Lends each payload in one piece.
    package func forEach(_ body: (Span<UInt8>) -> Void) {
        guard !beginning.isEmpty else {
            for index in places.indices { body(bytes.extracting(places[index])) }
            return
        }
        // One allocation for all of them.
        var longest = 0
        for index in places.indices { longest = max(longest, places[index].count) }
        var payload: [UInt8] = []
        payload.reserveCapacity(beginning.count + longest)
        payload.append(copying: beginning)
        for index in places.indices {
            payload.removeLast(payload.count - beginning.count)
            payload.append(copying: bytes.extracting(places[index]))
            body(payload.span)
        }
    }
}
