// `your-server & rookery-bench conformance …`: a server that was started on the line before needs a moment until it listens.

import EventLoop

enum ServerStart {
    static let patienceMilliseconds = 3_000
    private static let pauseMilliseconds = 50

    /// Returns when somebody takes connections at this address, or the time is over: what is wrong then is for the first case to say.
    static func wait(for address: SocketAddress) {
        let deadline = Instant.now().adding(milliseconds: patienceMilliseconds)
        while !isListening(address), Instant.now() < deadline { Threads.sleep(milliseconds: pauseMilliseconds) }
    }

    private static func isListening(_ address: SocketAddress) -> Bool {
        let descriptor: Int32
        do throws(SystemError) { descriptor = try Socket.connect(to: address) } catch { return false }
        defer { Socket.close(descriptor) }
        guard Socket.wait(descriptor, toSend: true, milliseconds: patienceMilliseconds).canSend else { return false }
        return Socket.connectResult(descriptor, to: address) == nil
    }
}
