// From a channel's name as it stands in a push to the channel's number, straight from the borrowed bytes: no array, no String.
// Open addressing with linear probing over a power of two; names lie one behind the other in one array. The hash is keyed
// per table: whoever may name channels cannot make them collide. The name found last is tried first.

struct NameTable {
    private struct Place {
        var hash: UInt64 = 0
        var start: UInt32 = 0
        var length: UInt32 = 0
        var number: ChannelNumber = 0
        var isTaken = false
    }

    private let key: (UInt64, UInt64)
    private var places: [Place] = Array(repeating: Place(), count: 16)
    private var bytes: [UInt8] = []
    /// Bytes of names that were removed and still lie in `bytes`.
    private var deadBytes = 0
    private var last = 0
    private(set) var count = 0

    init(key: (UInt64, UInt64)) { self.key = (key.0 | 1, key.1) }

    /// The number of a name; nil when it is not here.
    mutating func find(_ name: Span<UInt8>) -> ChannelNumber? {
        if places[last].isTaken, matches(last, name) { return places[last].number }
        guard let index = index(of: name, hash: hash(name)) else { return nil }
        last = index
        return places[index].number
    }

    mutating func set(_ name: Span<UInt8>, _ number: ChannelNumber) {
        let hash = hash(name)
        if let index = index(of: name, hash: hash) {
            places[index].number = number
            return
        }
        if count * 2 >= places.count { rebuild(places.count * 2) }
        count += 1
        let start = UInt32(bytes.count)
        for index in name.indices { bytes.append(name[index]) }
        insert(Place(hash: hash, start: start, length: UInt32(name.count), number: number, isTaken: true))
    }

    mutating func remove(_ name: Span<UInt8>) {
        guard var hole = index(of: name, hash: hash(name)) else { return }
        count -= 1
        deadBytes += name.count
        // Close the hole: whatever stood behind it because of it moves up (Knuth, algorithm 6.4 R).
        let mask = places.count - 1
        var index = hole
        while true {
            index = (index + 1) & mask
            guard places[index].isTaken else { break }
            let home = Int(truncatingIfNeeded: places[index].hash) & mask
            if (index - home) & mask >= (index - hole) & mask {
                places[hole] = places[index]
                hole = index
            }
        }
        places[hole].isTaken = false
        last = 0
        if deadBytes > 4_096, deadBytes > bytes.count / 2 { rebuild(places.count) }
    }

    private mutating func insert(_ place: Place) {
        let mask = places.count - 1
        var index = Int(truncatingIfNeeded: place.hash) & mask
        while places[index].isTaken { index = (index + 1) & mask }
        places[index] = place
    }

    private mutating func rebuild(_ size: Int) {
        let old = places
        let oldBytes = bytes
        places = Array(repeating: Place(), count: size)
        bytes = []
        deadBytes = 0
        last = 0
        for var place in old where place.isTaken {
            let start = UInt32(bytes.count)
            bytes += oldBytes[Int(place.start)..<Int(place.start + place.length)]
            place.start = start
            insert(place)
        }
    }

    private func index(of name: Span<UInt8>, hash: UInt64) -> Int? {
        let mask = places.count - 1
        var index = Int(truncatingIfNeeded: hash) & mask
        while places[index].isTaken {
            if places[index].hash == hash, matches(index, name) { return index }
            index = (index + 1) & mask
        }
        return nil
    }

    private func matches(_ index: Int, _ name: Span<UInt8>) -> Bool {
        let length = Int(places[index].length)
        guard length == name.count else { return false }
        let start = Int(places[index].start)
        for offset in 0..<length where bytes[start + offset] != name[offset] { return false }
        return true
    }

    /// Eight bytes a step, each folded in by a product of 128 bits.
    private func hash(_ name: Span<UInt8>) -> UInt64 {
        var state = key.1 ^ UInt64(truncatingIfNeeded: name.count)
        var index = 0
        while index < name.count {
            var word: UInt64 = 0
            let end = min(index + 8, name.count)
            while index < end {
                word = word << 8 | UInt64(name[index])
                index += 1
            }
            let product = (state ^ word).multipliedFullWidth(by: key.0)
            state = product.high ^ product.low
        }
        let product = (state ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: key.0)
        return product.high ^ product.low
    }
}
