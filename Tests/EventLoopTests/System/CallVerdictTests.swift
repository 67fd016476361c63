import EventLoop
import Glibc
import Testing

@Suite("What a system call came to")
struct CallVerdictTests {
    @Test("E6 an interrupted call is repeated, a short one is a success, EAGAIN waits, anything else ends the stream")
    func classification() {
        #expect(CallVerdict.of(-1, errno: EINTR) == .again)
        #expect(CallVerdict.of(3, errno: EINTR) == .moved(3))
        #expect(CallVerdict.of(0, errno: EAGAIN) == .moved(0))
        #expect(CallVerdict.of(-1, errno: EAGAIN) == .wouldBlock)
        for number in [EPIPE, ECONNRESET, ETIMEDOUT, EBADF, EHOSTUNREACH, ENOTCONN] {
            #expect(CallVerdict.of(-1, errno: number) == .failed(number))
        }
    }

    @Test("E2 an error of the caller's connection never counts as one of the listener")
    func acceptErrors() {
        // accept(2), "Error handling": these belong to the new connection and are to be treated like EAGAIN by retrying.
        let ofTheCaller = [
            ECONNABORTED, EINTR, EPERM, EPROTO, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH, EOPNOTSUPP,
            ENETUNREACH,
            ETIMEDOUT, ECONNRESET,
        ]
        for number in ofTheCaller {
            guard case .callerGone = AcceptResult.ofFailure(number) else {
                Issue.record("errno \(number) is not sorted as the caller's")
                continue
            }
        }
        #expect(AcceptResult.ofFailure(EAGAIN) == .wouldBlock)
        for number in [EMFILE, ENFILE] {
            guard case .outOfDescriptors(let error) = AcceptResult.ofFailure(number), error.isOutOfDescriptors else {
                Issue.record("errno \(number) is not sorted as exhaustion")
                continue
            }
        }
        for number in [ENOBUFS, ENOMEM] {
            guard case .outOfMemory = AcceptResult.ofFailure(number) else {
                Issue.record("errno \(number) is not sorted as exhaustion")
                continue
            }
        }
        for number in [EBADF, EINVAL, ENOTSOCK] {
            guard case .broken = AcceptResult.ofFailure(number) else {
                Issue.record("errno \(number) is not sorted as a mistake of ours")
                continue
            }
        }
    }

    @Test("an error says what was tried and why not")
    func words() {
        let error = SystemError(operation: "connect to 127.0.0.1:6379", errno: ECONNREFUSED)
        #expect(error.description == "connect to 127.0.0.1:6379: Connection refused")
        #expect(SystemError(operation: "x", errno: EADDRINUSE).isAddressInUse)
    }
}
