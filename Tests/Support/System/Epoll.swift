// Just enough of epoll(7) for a load of ten thousand sockets in one thread. The Swift import of Glibc lacks it.
import Glibc

@_extern(c, "epoll_create1") private func epollCreate(_ flags: Int32) -> Int32
@_extern(c, "epoll_ctl")
private func epollControl(_ epoll: Int32, _ operation: Int32, _ descriptor: Int32, _ event: UnsafeMutableRawPointer?)
    -> Int32
@_extern(c, "epoll_wait")
private func epollWait(_ epoll: Int32, _ events: UnsafeMutableRawPointer, _ count: Int32, _ milliseconds: Int32)
    -> Int32

final class Epoll: @unchecked Sendable {
    struct Event {
        var number: Int
        var readable: Bool
        var writable: Bool
    }

    // The kernel's record is packed on x86-64 and padded elsewhere.
    #if arch(x86_64)
        private static let stride = 12
        private static let numberOffset = 4
    #else
        private static let stride = 16
        private static let numberOffset = 8
    #endif
    private static let capacity = 1024

    private let descriptor: Int32
    private let buffer = UnsafeMutableRawPointer.allocate(byteCount: Epoll.capacity * Epoll.stride, alignment: 8)

    init() throws {
        descriptor = epollCreate(0o2000000)  // EPOLL_CLOEXEC
        guard descriptor >= 0 else { throw KitError.system("epoll_create1", errno: errno) }
    }

    deinit {
        close(descriptor)
        buffer.deallocate()
    }

    func add(_ socket: Int32, number: Int, write: Bool) { control(1, socket, number, read: true, write: write) }
    func change(_ socket: Int32, number: Int, read: Bool, write: Bool) {
        control(3, socket, number, read: read, write: write)
    }
    func remove(_ socket: Int32) { _ = epollControl(descriptor, 2, socket, nil) }

    private func control(_ operation: Int32, _ socket: Int32, _ number: Int, read: Bool, write: Bool) {
        let event = UnsafeMutableRawPointer.allocate(byteCount: Epoll.stride, alignment: 8)
        defer { event.deallocate() }
        event.storeBytes(of: (read ? 1 : 0) | (write ? 4 : 0), as: UInt32.self)  // EPOLLIN, EPOLLOUT
        event.storeBytes(of: UInt64(number), toByteOffset: Epoll.numberOffset, as: UInt64.self)
        _ = epollControl(descriptor, operation, socket, event)
    }

    func wait(milliseconds: Int32, _ body: (Event) -> Void) {
        let count = epollWait(descriptor, buffer, Int32(Epoll.capacity), milliseconds)
        for index in 0..<max(0, Int(count)) {
            let record = buffer + index * Epoll.stride
            let bits = record.loadUnaligned(as: UInt32.self)
            let number = record.loadUnaligned(fromByteOffset: Epoll.numberOffset, as: UInt64.self)
            // EPOLLERR and EPOLLHUP show as readable: the read tells what happened.
            body(Event(number: Int(number), readable: bits & 0x19 != 0, writable: bits & 4 != 0))
        }
    }
}
