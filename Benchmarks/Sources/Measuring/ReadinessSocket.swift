import Glibc

/// The service manager's end of sd_notify(3): learns when a program says it is ready.
package final class ReadinessSocket: Sendable {
    // SAFETY: opened in init, closed once in deinit.
    private let descriptor: Int32
    package let path: String

    package init(path: String) throws {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: name.sun_path) else {
            throw MeasuringError("the path \"\(path)\" is too long for a socket; set TMPDIR to a shorter one")
        }
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path.utf8) }
        // SAFETY: bind reads the address during the call.
        let status = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard status == 0 else { throw MeasuringError("cannot bind the socket \"\(path)\": errno \(errno)") }
    }

    deinit {
        close(descriptor)
        unlink(path)
    }

    /// Waits, on this thread, for `READY=1`; gives the moment by `Stopwatch.wall`.
    package func waitForReady(seconds: Double) throws -> Double {
        let deadline = Stopwatch.wall + seconds
        var bytes = [UInt8](repeating: 0, count: 4096)
        while true {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let left = max(0, deadline - Stopwatch.wall)
            guard poll(&waiting, 1, Int32(left * 1000)) > 0 else {
                throw MeasuringError("no READY=1 came within \(Figures.fixed(seconds, 0)) s")
            }
            let count = recv(descriptor, &bytes, bytes.count, 0)
            let now = Stopwatch.wall
            let lines = String(decoding: bytes[..<max(0, count)], as: UTF8.self).split(separator: "\n")
            if lines.contains("READY=1") { return now }
        }
    }
}
