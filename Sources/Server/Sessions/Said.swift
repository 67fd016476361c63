// What a connection has said in one receive and is not published yet: where its messages stand in the bytes. They are published together,
// before anything else is done that others could see: so the order stays, and a message costs next to nothing on its way.

struct Said {
    /// Where the waiting messages stand.
    private(set) var places: [Range<Int>] = []
    /// They are texts, known to be UTF-8; else binary messages.
    private(set) var areTexts = true
    /// All messages of this receive, and what they used of the turn in bytes.
    private(set) var messages = 0
    private(set) var bytesUsed = 0

    var isEmpty: Bool { places.isEmpty }

    /// Begins another receive in the memory of the last one.
    mutating func begin() {
        places.removeAll(keepingCapacity: true)
        messages = 0
        bytesUsed = 0
    }

    /// Whether a message of this kind can wait beside the others.
    func takes(texts: Bool) -> Bool { texts == areTexts || places.isEmpty }

    mutating func add(_ place: Range<Int>, isText: Bool) {
        areTexts = isText
        places.append(place)
    }

    /// A message that has come, with what it uses of the turn.
    mutating func count(_ bytes: Int) {
        messages += 1
        bytesUsed += bytes
    }

    /// All are published.
    mutating func removeAll() { places.removeAll(keepingCapacity: true) }
}
