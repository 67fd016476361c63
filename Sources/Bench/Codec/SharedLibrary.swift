// Libraries of the system that serve as yardsticks where they are installed. Nothing depends on them: without them, and in a static
// program, which cannot load any, their columns stay empty. Unsafe code, because what a library exports has no type.
import EventLoop
import Glibc

/// A library loaded at run time; it stays loaded until the program ends.
struct SharedLibrary {
    private let handle: UInt

    /// Nil when none of the names can be loaded.
    init?(_ names: [String]) {
        guard !SharedLibrary.isStaticProgram else { return nil }
        for name in names {
            if let found = unsafe dlopen(name, RTLD_NOW) {
                handle = UInt(bitPattern: found)
                return
            }
        }
        return nil
    }

    /// The function of this name as `type`, which must be its type in the library's own header: nothing checks it.
    @unsafe func function<Function>(_ name: String, as type: Function.Type) -> Function? {
        guard let address = unsafe dlsym(UnsafeMutableRawPointer(bitPattern: handle), name) else { return nil }
        return unsafe unsafeBitCast(address, to: type)
    }

    /// A function of Glibc in its first version (of x86-64, or of 64-bit ARM), perhaps of a library that stands in for Glibc.
    @unsafe static func systemFunction<Function>(_ name: String, as type: Function.Type) -> Function? {
        typealias Find =
            @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?, UnsafePointer<CChar>?)
            -> UnsafeMutableRawPointer?
        // Swift's import of Glibc leaves dlvsym(3) out.
        guard !isStaticProgram, let address = unsafe dlsym(nil, "dlvsym") else { return nil }
        let find = unsafe unsafeBitCast(address, to: Find.self)
        for version in ["GLIBC_2.2.5", "GLIBC_2.17"] {
            if let found = unsafe find(nil, name, version) { return unsafe unsafeBitCast(found, to: type) }
        }
        return nil
    }

    /// Whether this program was linked statically: then no loader stands beside it in memory.
    static let isStaticProgram = {
        guard let maps = SmallFile.read("/proc/self/maps") else { return true }
        return !maps.utf8.split(separator: UInt8(ascii: "\n")).contains { $0.suffix(libc.count).elementsEqual(libc) }
    }()

    private static let libc = Array("/libc.so.6".utf8)
}
