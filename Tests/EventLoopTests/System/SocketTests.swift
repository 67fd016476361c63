import EventLoop
import Glibc
import Testing

@Suite("Sockets of the kernel")
struct SocketTests {
    /// A connected pair over loopback: the near end, the accepted end.
    static func tcpPair(sendBufferBytes: Int? = nil) throws -> (near: Int32, accepted: Int32) {
        let listener = try Socket.listen(on: ListenAddress(parsing: "127.0.0.1:0"), sendBufferBytes: sendBufferBytes)
        defer { Socket.close(listener) }
        let near = try Socket.connect(to: Socket.localAddress(listener)!)
        for _ in 0..<100 {
            if case .accepted(let descriptor, let peer) = Socket.accept(listener) {
                #expect(peer == Socket.localAddress(near))
                return (near, descriptor)
            }
            var entry = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
            poll(&entry, 1, 50)
        }
        throw SystemError(operation: "accept", errno: ETIMEDOUT)
    }

    @Test("an accepted socket inherits TCP_NODELAY and the send buffer from its listener, and is non-blocking")
    func inheritance() throws {
        let (near, accepted) = try SocketTests.tcpPair(sendBufferBytes: 50_000)
        defer {
            Socket.close(near)
            Socket.close(accepted)
        }
        #expect(Socket.isNoDelay(accepted) && Socket.isNoDelay(near))
        #expect(Socket.sendBufferBytes(accepted) == 100_000)  // the kernel counts double
        #expect(fcntl(accepted, F_GETFL) & O_NONBLOCK != 0)
        #expect(fcntl(accepted, F_GETFD) & FD_CLOEXEC != 0)
        #expect(fcntl(near, F_GETFL) & O_NONBLOCK != 0)
    }

    @Test("E5 writing to a peer that is gone is an error, not a signal")
    func brokenPipe() throws {
        // SIGPIPE has its default action in this process: raised once, it ends the test run.
        let (near, far) = try Socket.pair()
        Socket.close(far)
        let bytes: [UInt8] = [1, 2, 3]
        let results = [Socket.send(near, bytes.span), Socket.send(near, bytes.span, bytes.span)]
        for result in results {
            guard case .failed(let error) = result else {
                Issue.record("\(result)")
                continue
            }
            #expect(error.errno == EPIPE && error.isPeerGone)
        }
        Socket.close(near)
    }

    @Test("two pieces leave in one call and in order")
    func twoPieces() throws {
        let (near, far) = try Socket.pair()
        defer {
            Socket.close(near)
            Socket.close(far)
        }
        let first: [UInt8] = Array("hello ".utf8)
        let second: [UInt8] = Array("world".utf8)
        #expect(Socket.send(near, first.span, second.span) == .bytes(11))
        let none: [UInt8] = []
        #expect(Socket.send(near, none.span, second.span) == .bytes(5))
        #expect(LoopDriver.receiveAll(far) == (Array("hello worldworld".utf8), .wouldBlock))
    }

    @Test("E4 a peer that has ended its direction still receives")
    func halfClose() throws {
        let (near, far) = try SocketTests.tcpPair()
        defer {
            Socket.close(near)
            Socket.close(far)
        }
        let bytes: [UInt8] = Array("last".utf8)
        #expect(Socket.send(near, bytes.span) == .bytes(4))
        Socket.shutdownWrite(near)
        waitReadable(far)
        #expect(LoopDriver.receiveAll(far) == (bytes, .endOfStream))
        #expect(Socket.send(far, bytes.span) == .bytes(4))
        waitReadable(near)
        #expect(LoopDriver.receiveAll(near) == (bytes, .wouldBlock))
    }

    @Test(
        "E3 what had arrived before a reset is lost only with resetOnClose; the reset is an error of the everyday kind")
    func reset() throws {
        let (near, far) = try SocketTests.tcpPair()
        Socket.resetOnClose(near)
        Socket.close(near)
        waitReadable(far)
        guard case .failed(let error) = LoopDriver.receiveAll(far).end else {
            Issue.record("no error after a reset")
            return
        }
        #expect(error.errno == ECONNRESET && error.isPeerGone)
        Socket.close(far)
    }

    @Test("a port in use is told as such")
    func inUse() throws {
        let listener = try Socket.listen(on: ListenAddress(parsing: "127.0.0.1:0"))
        defer { Socket.close(listener) }
        let error = #expect(throws: SystemError.self) {
            try Socket.listen(on: ListenAddress(Socket.localAddress(listener)!))
        }
        #expect(error?.isAddressInUse == true)
        #expect(error?.description.hasPrefix("listen on 127.0.0.1:") == true)
    }

    @Test("a unix socket that nobody answers on is taken over; one in use and any other file are left alone")
    func unixFiles() throws {
        let folder = "/tmp/rookery-socket-test-\(getpid())"
        mkdir(folder, 0o700)
        defer {
            unlink(folder + "/s")
            unlink(folder + "/file")
            rmdir(folder)
        }
        let place = try ListenAddress(parsing: "unix:\(folder)/s")
        let first = try Socket.listen(on: place)
        #expect(throws: SystemError.self) { try Socket.listen(on: place) }
        Socket.close(first)  // its file stays behind, as after a crash
        let second = try Socket.listen(on: place)
        #expect(Socket.localAddress(second) == .unix(folder + "/s"))
        let near = try Socket.connect(to: place.address)
        #expect(Socket.connectResult(near, to: place.address) == nil)
        guard case .accepted(let accepted, let peer) = Socket.accept(second) else {
            Issue.record("nobody to accept")
            return
        }
        #expect(peer == .unix(""))
        for descriptor in [near, accepted, second] { Socket.close(descriptor) }

        close(open(folder + "/file", O_CREAT | O_WRONLY, 0o600))
        #expect(throws: SystemError.self) { try Socket.listen(on: ListenAddress(parsing: "unix:\(folder)/file")) }
        #expect(access(folder + "/file", F_OK) == 0)
    }

    @Test("the two families do not take each other's port, and v6 addresses come back whole")
    func families() throws {
        let six = try Socket.listen(on: ListenAddress(parsing: "[::1]:0"))
        defer { Socket.close(six) }
        guard case .internet(let ip, let port)? = Socket.localAddress(six) else {
            Issue.record("no address")
            return
        }
        #expect(ip == .loopback6 && port != 0)
        let near = try Socket.connect(to: .internet(.loopback6, port: port))
        #expect(Socket.peerAddress(near) == .internet(.loopback6, port: port))
        Socket.close(near)
    }

    private func waitReadable(_ descriptor: Int32) {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        #expect(poll(&entry, 1, 5_000) == 1)
    }
}
