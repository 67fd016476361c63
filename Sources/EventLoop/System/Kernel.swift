// The calls that `import Glibc` does not bring: epoll, eventfd, signalfd, timerfd, accept4, getrandom, malloc_trim, prctl and some of
// the scheduler.
// Declared by name, because dlsym finds nothing in a static binary. Each takes raw pointers only: @_extern(c) refuses a
// pointer to a struct of Swift. The layouts beside them are those of the Linux headers; nothing else in Rookery knows them.
import Glibc

@_extern(c, "epoll_create1") func kernelEpollCreate(_ flags: Int32) -> Int32
@_extern(c, "epoll_ctl")
func kernelEpollControl(_ epoll: Int32, _ operation: Int32, _ descriptor: Int32, _ event: UnsafeMutableRawPointer?)
    -> Int32
@_extern(c, "epoll_wait")
func kernelEpollWait(_ epoll: Int32, _ events: UnsafeMutableRawPointer, _ most: Int32, _ milliseconds: Int32) -> Int32
@_extern(c, "eventfd") func kernelEventDescriptor(_ initial: UInt32, _ flags: Int32) -> Int32
@_extern(c, "signalfd")
func kernelSignalDescriptor(_ descriptor: Int32, _ mask: UnsafeRawPointer, _ flags: Int32) -> Int32
@_extern(c, "timerfd_create") func kernelTimerDescriptor(_ clock: Int32, _ flags: Int32) -> Int32
@_extern(c, "timerfd_settime")
func kernelSetTimer(
    _ descriptor: Int32, _ flags: Int32, _ setting: UnsafeRawPointer, _ former: UnsafeMutableRawPointer?
) -> Int32
@_extern(c, "accept4")
func kernelAccept(
    _ listener: Int32, _ address: UnsafeMutableRawPointer?, _ length: UnsafeMutablePointer<UInt32>?, _ flags: Int32
) -> Int32
@_extern(c, "getrandom") func kernelRandom(_ bytes: UnsafeMutableRawPointer, _ count: Int, _ flags: UInt32) -> Int
@_extern(c, "sched_getaffinity")
func kernelAffinity(_ process: Int32, _ size: Int, _ mask: UnsafeMutableRawPointer) -> Int32
@_extern(c, "sched_setaffinity")
func kernelSetAffinity(_ process: Int32, _ size: Int, _ mask: UnsafeRawPointer) -> Int32
@_extern(c, "prctl")
func kernelProcessControl(_ option: Int32, _ a: UInt, _ b: UInt, _ c: UInt, _ d: UInt) -> Int32
@_extern(c, "malloc_trim") func kernelTrimHeap(_ kept: Int) -> Int32
@_extern(c, "pthread_setname_np") func kernelNameThread(_ thread: UInt, _ name: UnsafePointer<CChar>) -> Int32

/// Numbers of the Linux headers, the same on every processor Swift runs on.
enum Kernel {
    static let closeOnExec: Int32 = 0o2000000  // EPOLL_CLOEXEC, EFD_CLOEXEC, SFD_CLOEXEC, SOCK_CLOEXEC
    static let nonBlocking: Int32 = 0o4000  // EFD_NONBLOCK, SFD_NONBLOCK, SOCK_NONBLOCK
    static let absoluteTime: Int32 = 1  // TFD_TIMER_ABSTIME
    static let add: Int32 = 1  // EPOLL_CTL_ADD
    static let delete: Int32 = 2
    static let modify: Int32 = 3
    static let readable: UInt32 = 0x001  // EPOLLIN
    static let writable: UInt32 = 0x004  // EPOLLOUT
    static let error: UInt32 = 0x008  // EPOLLERR, always reported
    static let hangUp: UInt32 = 0x010  // EPOLLHUP, always reported
    static let setParentDeathSignal: Int32 = 1  // PR_SET_PDEATHSIG
}

/// struct epoll_event: packed to 12 bytes on x86-64, 16 bytes elsewhere. Its 64 bits of data are our `Token`.
struct EpollEvent {
    var events: UInt32
    #if !arch(x86_64)
        var padding: UInt32 = 0
    #endif
    var slot: UInt32
    var generation: UInt16
    var source: UInt16

    init(events: UInt32, token: Token) {
        self.events = events
        slot = token.slot
        generation = token.generation
        source = token.source
    }

    var token: Token { Token(slot: slot, generation: generation, source: source) }
}
