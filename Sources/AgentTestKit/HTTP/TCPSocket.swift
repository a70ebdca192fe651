import Glibc

/// A TCP socket on the loopback interface, blocking. It is closed when it is released.
final class TCPSocket: Sendable {
    /// Stays open as long as this value lives.
    let descriptor: Int32

    private init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Listens on 127.0.0.1; port 0: any that is free.
    static func listening(port: UInt16) throws(SystemCallError) -> TCPSocket {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SystemCallError(attempt: "socket", errno: errno) }
        let listener = TCPSocket(descriptor: descriptor)
        listener.set(SOL_SOCKET, SO_REUSEADDR)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        // SAFETY: the kernel reads exactly the length of a sockaddr_in, which outlives the call.
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard bound == 0 else { throw SystemCallError(attempt: "bind to 127.0.0.1:\(port)", errno: errno) }
        guard listen(descriptor, 128) == 0 else { throw SystemCallError(attempt: "listen", errno: errno) }
        return listener
    }

    /// The port this socket is bound to.
    var port: UInt16 {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        // SAFETY: the kernel writes at most `length` bytes, the size of the value pointed to.
        _ = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        return UInt16(bigEndian: address.sin_port)
    }

    /// The next connection; nil when the socket was shut down.
    func accept() -> TCPSocket? {
        while true {
            let connection = Glibc.accept(descriptor, nil, nil)
            if connection >= 0 {
                _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
                let socket = TCPSocket(descriptor: connection)
                socket.set(Int32(IPPROTO_TCP), TCP_NODELAY)
                return socket
            }
            guard errno == EINTR || errno == ECONNABORTED else { return nil }
        }
    }

    /// Appends what has come, up to 64 KiB, waiting for the first byte; false at the end of the connection.
    func receive(into bytes: inout [UInt8]) -> Bool {
        let piece = [UInt8](unsafeUninitializedCapacity: 64 * 1024) { buffer, count in
            // SAFETY: the kernel writes at most the capacity; a negative result counts as nothing.
            var received = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            while received < 0, errno == EINTR { received = recv(descriptor, buffer.baseAddress, buffer.count, 0) }
            count = max(0, received)
        }
        bytes += piece
        return !piece.isEmpty
    }

    /// Sends head, body and tail with as few calls as the kernel needs; false when the other side is gone.
    func send(_ head: [UInt8], _ body: ArraySlice<UInt8>, _ tail: [UInt8]) -> Bool {
        // SAFETY: the three buffers stay where they are while the closures run; the kernel only reads them, and `rest`
        // never reaches beyond their counts.
        head.withUnsafeBytes { head in
            body.withUnsafeBytes { body in
                tail.withUnsafeBytes { tail in
                    var rest = [head, body, tail].map {
                        iovec(iov_base: UnsafeMutableRawPointer(mutating: $0.baseAddress), iov_len: $0.count)
                    }
                    while rest.contains(where: { $0.iov_len > 0 }) {
                        guard Self.sendOnce(descriptor, &rest) else { return false }
                    }
                    return true
                }
            }
        }
    }

    private static func sendOnce(_ descriptor: Int32, _ rest: inout [iovec]) -> Bool {
        var sent = rest.withUnsafeMutableBufferPointer { buffers in
            // SAFETY: the message points to the buffers only during the call.
            var message = msghdr()
            message.msg_iov = buffers.baseAddress
            message.msg_iovlen = buffers.count
            return sendmsg(descriptor, &message, Int32(MSG_NOSIGNAL))
        }
        if sent < 0 { return errno == EINTR }
        for index in rest.indices where sent > 0 {
            let taken = min(sent, rest[index].iov_len)
            // SAFETY: `taken` is at most what is left of this buffer.
            rest[index].iov_base = rest[index].iov_base.map { $0 + taken }
            rest[index].iov_len -= taken
            sent -= taken
        }
        return true
    }

    /// Ends both directions: whoever waits on this socket goes on.
    func shutDown() {
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    private func set(_ level: Int32, _ option: Int32) {
        var on: Int32 = 1
        setsockopt(descriptor, level, option, &on, socklen_t(MemoryLayout<Int32>.size))
    }
}
