// A lock with what it guards inside, for the few places where threads meet (mailboxes, the log's windows, one resolver queue).
//
// It is a POSIX mutex and not `Synchronization.Mutex`: the slow path of the latter, taken under contention, lives in a library that is
// built without the thread sanitizer, so the sanitizer sees no order there and reports every guarded access. It knows the POSIX mutex, and a
// clean run of it proves something. An uncontended lock and unlock costs the same.
// Public and inlinable like `Mailbox`, which must be specialised where it is used.
public import Glibc

/// A value that one thread at a time may look at and change.
@safe
public struct Lock<Value>: ~Copyable, @unchecked Sendable {
    // Both are allocated once and freed by the only owner: their addresses never change, which a POSIX mutex needs.
    @usableFromInline let mutex: UnsafeMutablePointer<pthread_mutex_t>
    @usableFromInline let value: UnsafeMutablePointer<Value>

    /// Allocates twice, once for the life of the lock; nobody else may hold a reference into `value`.
    @inlinable
    public init(_ value: sending Value) {
        unsafe mutex = .allocate(capacity: 1)
        unsafe mutex.initialize(to: pthread_mutex_t())
        // Default attributes: cannot fail on Linux.
        _ = unsafe pthread_mutex_init(mutex, nil)
        unsafe self.value = .allocate(capacity: 1)
        unsafe self.value.initialize(to: value)
    }

    @inlinable
    deinit {
        _ = unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deinitialize(count: 1).deallocate()
        unsafe value.deinitialize(count: 1).deallocate()
    }

    /// Runs `body` while no other thread is in this lock. Not reentrant.
    @inlinable
    public borrowing func withLock<Result: ~Copyable, Failure: Error>(
        _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        _ = unsafe pthread_mutex_lock(mutex)
        defer { _ = unsafe pthread_mutex_unlock(mutex) }
        return try unsafe body(&value.pointee)
    }
}
