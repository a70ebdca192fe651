import Glibc
import Platform

/// A port that hands on to another one, and can be taken away: an outage without the end of a server.
package final class PortRelay: Sendable {
    // SAFETY: the kernel is told the lengths of the arrays and addresses it is lent. Descriptors that were shut down
    // are closed by nobody, so that no thread meets another's under the same number.

    /// Where it listens.
    package let port: Int
    private let target: Int
    private let open = Locked<[Int32]>([])

    /// Hands on to a port of the loopback interface.
    package init(to target: Int) throws {
        self.target = target
        port = try FreePort.find()
        try start()
    }

    deinit {
        stop()
    }

    /// Listens, again after a `stop()`.
    package func start() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var on: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        guard Self.call(bind, listener, port) == 0, listen(listener, 16) == 0 else {
            throw ConformanceFailure("nobody can listen at port \(port)")
        }
        open.withLock { $0.append(listener) }
        let (open, target) = (open, target)
        Thread.start(name: "relay") {
            while true {
                let near = accept(listener, nil, nil)
                if near < 0 { return }
                let far = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
                open.withLock { $0 += [near, far] }
                if Self.call(connect, far, target) != 0 { shutdown(near, Int32(SHUT_RDWR)) }
                Thread.start(name: "relay-out") { Self.copy(from: near, to: far) }
                Thread.start(name: "relay-in") { Self.copy(from: far, to: near) }
            }
        }
    }

    /// Nobody listens any more, and every connection ends.
    package func stop() {
        for descriptor in open.withLock({ open in
            defer { open = [] }
            return open
        }) {
            // Closed by nobody: the threads use the number until they see the end.
            shutdown(descriptor, Int32(SHUT_RDWR))
        }
    }

    private static func copy(from source: Int32, to target: Int32) {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(source, &bytes, bytes.count)
            if count <= 0 { break }
            var sent = 0
            while sent < count {
                let piece = bytes.withUnsafeBytes {
                    send(target, $0.baseAddress.map { $0 + sent }, count - sent, Int32(MSG_NOSIGNAL))
                }
                if piece <= 0 { break }
                sent += piece
            }
            if sent < count { break }
        }
        shutdown(source, Int32(SHUT_RDWR))
        shutdown(target, Int32(SHUT_RDWR))
    }

    private static func call(
        _ function: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32, _ descriptor: Int32, _ port: Int
    ) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                function(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
