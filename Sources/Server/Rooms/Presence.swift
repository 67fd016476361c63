// Who is in a channel, at its home.

import ChatProtocol

struct Presence {
    private(set) var clients: [String: ClientInfo] = [:]
    /// How many connections each user has here. Users differ by bytes, as dictionaries of strings do not: so their bytes are the keys.
    private var users: [[UInt8]: Int] = [:]

    var isEmpty: Bool { clients.isEmpty }
    var userCount: Int { users.count }

    mutating func add(_ info: ClientInfo) {
        if let before = clients.updateValue(info, forKey: info.client) { forget(before.user) }
        users[Array(info.user.utf8), default: 0] += 1
    }

    mutating func remove(_ client: String) {
        guard let before = clients.removeValue(forKey: client) else { return }
        forget(before.user)
    }

    private mutating func forget(_ user: String) {
        let key = Array(user.utf8)
        let count = users[key, default: 0] - 1
        users[key] = count > 0 ? count : nil
    }
}
