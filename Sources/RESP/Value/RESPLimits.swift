// What a server may make this side hold. Every number of the wire is compared with one of these before anything is kept
// because of it (row R5); nothing is ever reserved from a declared length.

package struct RESPLimits: Sendable {
    /// Bytes of one bulk string, bulk error, verbatim or streamed string. In a reply more is an error; in a push the string is
    /// skipped while it streams in and stands there as `RESPValue.oversized`.
    package var bulkBytesMax: Int
    /// Bytes of all strings of one top-level value together.
    package var valueBytesMax: Int
    /// Elements of all aggregates of one top-level value together; a map's pair counts two.
    package var elementsMax: Int
    /// Aggregates inside aggregates (row R6).
    package var depthMax: Int
    /// A line between type byte and CRLF.
    package var lineBytesMax: Int
    /// A string that is skipped may declare this much: a length beyond is not a string of Redis but a broken stream.
    package var skippedBytesMax: Int

    package init(
        bulkBytesMax: Int = 64 << 20, valueBytesMax: Int = 128 << 20, elementsMax: Int = 1 << 20, depthMax: Int = 32,
        lineBytesMax: Int = 64 << 10, skippedBytesMax: Int = 4 << 30
    ) {
        self.bulkBytesMax = bulkBytesMax
        self.valueBytesMax = valueBytesMax
        self.elementsMax = elementsMax
        self.depthMax = depthMax
        self.lineBytesMax = lineBytesMax
        self.skippedBytesMax = skippedBytesMax
    }
}
