// One connection of the FaultProxy: two flows of bytes, each with a queue of pieces and the instant when each is due.
import Glibc

final class ProxiedConnection {
    private struct Flow {
        let from: StreamSocket
        let to: StreamSocket
        var pieces: [(due: UInt64, bytes: ArraySlice<UInt8>)] = []
        var queuedBytes = 0
        var forwarded = 0
        var sawEnd = false
        var passedEnd = false
    }

    private static let queueBytesMax = 1 << 20

    private let client: StreamSocket
    private let server: StreamSocket
    private var toServer: Flow
    private var toClient: Flow
    private(set) var isOver = false

    init(client: StreamSocket, server: StreamSocket) {
        self.client = client
        self.server = server
        toServer = Flow(from: client, to: server)
        toClient = Flow(from: server, to: client)
    }

    /// Counts for `.cut` begin anew.
    func restartCounting() {
        toServer.forwarded = 0
        toClient.forwarded = 0
    }

    func end(reset: Bool) {
        guard !isOver else { return }
        isOver = true
        if reset {
            client.reset()
            server.reset()
        } else {
            client.close()
            server.close()
        }
    }

    /// Reads and writes whatever the mode allows right now.
    func move(_ mode: FaultProxy.Mode) {
        guard !isOver else { return }
        do {
            try move(&toServer, .toServer, mode)
            try move(&toClient, .toClient, mode)
            if toServer.passedEnd && toClient.passedEnd { end(reset: false) }
        } catch is Cut { end(reset: false) } catch { end(reset: true) }
    }

    private struct Cut: Error {}

    private func allows(_ mode: FaultProxy.Mode, _ direction: FaultProxy.Direction) -> Bool {
        switch mode {
        case .blackhole, .reset: false
        case .only(let open): open == direction
        case .pass, .delay, .cut, .byteByByte: true
        }
    }

    private func move(_ flow: inout Flow, _ direction: FaultProxy.Direction, _ mode: FaultProxy.Mode) throws {
        guard allows(mode, direction) else { return }
        var delay: UInt64 = 0
        if case .delay(let milliseconds) = mode { delay = UInt64(milliseconds) * 1_000_000 }
        while !flow.sawEnd, flow.queuedBytes < ProxiedConnection.queueBytesMax,
            let bytes = try flow.from.receiveIfAny(seconds: 0)
        {
            if bytes.isEmpty { flow.sawEnd = true }
            flow.queuedBytes += bytes.count
            flow.pieces.append((monotonicNanoseconds() + delay, bytes[...]))
        }
        while let piece = flow.pieces.first, piece.due <= monotonicNanoseconds() {
            if piece.bytes.isEmpty {
                flow.to.shutdownWrite()
                flow.passedEnd = true
                flow.pieces.removeFirst()
                return
            }
            var part = piece.bytes
            if mode == .byteByByte { part = part.prefix(1) }
            if case .cut(let limit, direction) = mode {
                part = part.prefix(limit - flow.forwarded)
                if part.isEmpty { throw Cut() }
            }
            let sent = try flow.to.sendWhatFits(part)
            if sent == 0 { return }
            flow.forwarded += sent
            flow.queuedBytes -= sent
            flow.pieces[0].bytes = piece.bytes.dropFirst(sent)
            if flow.pieces[0].bytes.isEmpty { flow.pieces.removeFirst() }
            if mode == .byteByByte { return }
        }
    }

    // MARK: what the thread waits for

    func interests(_ mode: FaultProxy.Mode) -> [pollfd] {
        var clientEvents = Int16(0)
        var serverEvents = Int16(0)
        if wantsToRead(toServer, .toServer, mode) { clientEvents |= Int16(POLLIN) }
        if wantsToRead(toClient, .toClient, mode) { serverEvents |= Int16(POLLIN) }
        if wantsToWrite(toServer, .toServer, mode) { serverEvents |= Int16(POLLOUT) }
        if wantsToWrite(toClient, .toClient, mode) { clientEvents |= Int16(POLLOUT) }
        // poll reports a hang-up even when nothing is asked for: leave such an entry out, or the thread would spin.
        return [(client.descriptor, clientEvents), (server.descriptor, serverEvents)].filter { $0.1 != 0 }.map {
            pollfd(fd: $0.0, events: $0.1, revents: 0)
        }
    }

    private func wantsToRead(_ flow: Flow, _ direction: FaultProxy.Direction, _ mode: FaultProxy.Mode) -> Bool {
        allows(mode, direction) && !flow.sawEnd && flow.queuedBytes < ProxiedConnection.queueBytesMax
    }

    private func wantsToWrite(_ flow: Flow, _ direction: FaultProxy.Direction, _ mode: FaultProxy.Mode) -> Bool {
        guard allows(mode, direction), let piece = flow.pieces.first else { return false }
        return piece.due <= monotonicNanoseconds()
    }

    /// Until the first piece is due; nil when nothing waits.
    func millisecondsToWait(_ mode: FaultProxy.Mode) -> Int? {
        let now = monotonicNanoseconds()
        return [(toServer, FaultProxy.Direction.toServer), (toClient, .toClient)].compactMap { flow, direction in
            guard allows(mode, direction), let piece = flow.pieces.first, piece.due > now else { return nil }
            return Int((piece.due - now) / 1_000_000) + 1
        }.min()
    }
}
