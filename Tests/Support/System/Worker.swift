// A thread of the kit's own (proxies, scripted peers, loads). Tests block the few threads of Swift concurrency; what they
// wait for must run somewhere else.
import Foundation

func startThread(_ name: String, _ body: @escaping @Sendable () -> Void) {
    let thread = Thread(block: body)
    thread.name = name
    thread.stackSize = 1 << 20
    thread.start()
}
