// Two things a static binary needs in a directory without /proc (a chroot with nothing in it):
//
// - The runtime of Swift 6.3 looks for its backtracer before `main`, by way of /proc/self/exe, and aborts ("Unable to obtain
//   Swift runtime path") when it cannot read that. It does not look when SWIFT_ROOT names a place.
// - `CommandLine.arguments` is read from /proc/self/cmdline and is empty without it.
//
// So this function runs before the runtime's own start (the linker sorts .init_array by number, and glibc calls each entry
// with the arguments of `main`), keeps the arguments and names a place. It must not use anything of the runtime.
import Glibc

// Written once, before the first thread exists; both have constant values, so that nothing initialises them later.
nonisolated(unsafe) private var argumentCount: Int32 = 0
nonisolated(unsafe) private var argumentVector: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = nil

@section(".init_array.00101") @used
private let beforeSwift: @convention(c) (Int32, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> Void = {
    count, vector in
    unsafe argumentCount = count
    unsafe argumentVector = vector
    // Literals end with a zero byte and live for ever.
    let program: StaticString = "/proc/self/exe"
    let name: StaticString = "SWIFT_ROOT"
    let place: StaticString = "/"
    guard unsafe access(UnsafeRawPointer(program.utf8Start).assumingMemoryBound(to: CChar.self), F_OK) != 0 else {
        return
    }
    _ = unsafe setenv(
        UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self),
        UnsafeRawPointer(place.utf8Start).assumingMemoryBound(to: CChar.self), 0)
}

/// The command line, also where /proc is missing.
package enum ProgramArguments {
    /// The program's name and what follows it.
    package static var all: [String] {
        unsafe (0..<Int(argumentCount)).compactMap { index in
            // argv holds `argumentCount` strings that live as long as the program.
            guard let argument = unsafe argumentVector?[index] else { return nil }
            return unsafe String(cString: argument)
        }
    }
}
