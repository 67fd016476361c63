// The hot calls: each is one system call and a look at its answer.
import Glibc

extension Socket {
    /// Sends what fits of `bytes`; `bytes` must not be empty.
    package static func send(_ descriptor: Int32, _ bytes: Span<UInt8>) -> IOResult {
        unsafe bytes.withUnsafeBytes { buffer in
            while true {
                let sent = unsafe Glibc.send(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL))
                if sent > 0 { return .bytes(sent) }
                if let result = afterFailure(sent, "send") { return result }
            }
        }
    }

    /// Sends what fits of `first`, then of `second`, with one call; not both may be empty.
    package static func send(_ descriptor: Int32, _ first: Span<UInt8>, _ second: Span<UInt8>) -> IOResult {
        unsafe first.withUnsafeBytes { head in
            unsafe second.withUnsafeBytes { tail in
                // The kernel only reads through iov_base.
                var pieces = unsafe (
                    iovec(iov_base: UnsafeMutableRawPointer(mutating: head.baseAddress), iov_len: head.count),
                    iovec(iov_base: UnsafeMutableRawPointer(mutating: tail.baseAddress), iov_len: tail.count)
                )
                return unsafe withUnsafeMutableBytes(of: &pieces) { list in
                    var message = unsafe msghdr()
                    unsafe message.msg_iov = list.baseAddress!.assumingMemoryBound(to: iovec.self)
                    unsafe message.msg_iovlen = 2
                    while true {
                        // writev knows no MSG_NOSIGNAL, sendmsg does.
                        let sent = unsafe sendmsg(descriptor, &message, Int32(MSG_NOSIGNAL))
                        if sent > 0 { return .bytes(sent) }
                        if let result = afterFailure(sent, "send") { return result }
                    }
                }
            }
        }
    }

    /// Receives into `room`, which must not be empty. `EventLoop.receive` has the room that belongs to a loop.
    package static func receive(_ descriptor: Int32, into room: UnsafeMutableRawBufferPointer) -> IOResult {
        while true {
            let count = unsafe recv(descriptor, room.baseAddress, room.count, 0)
            if count > 0 { return .bytes(count) }
            if count == 0 { return .endOfStream }
            if let result = afterFailure(count, "receive") { return result }
        }
    }

    /// What a call that moved nothing means; nil: repeat it.
    @inline(never)
    private static func afterFailure(_ result: Int, _ operation: String) -> IOResult? {
        switch CallVerdict.of(result, errno: errno) {
        case .again: nil
        case .wouldBlock: .wouldBlock
        case .moved: .wouldBlock  // 0 bytes of nothing; no call of ours asks for that
        case .failed(let number): .failed(SystemError(operation: operation, errno: number))
        }
    }
}
