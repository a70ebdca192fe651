import CTLS
import Glibc
import Platform

/// A connection of a sink, TCP, TLS or a stream socket in the file system, used by one thread that may wait.
///
/// No wait is longer than its deadline, nor goes on when the task is cancelled.
final class StreamSocket {
    // SAFETY: buffers given to the system and to OpenSSL are alive for the call and their lengths are their counts;
    // `tls` is used by the owner's thread alone and freed once, in deinit, before the descriptor is closed.

    /// How often a wait looks whether its task was cancelled.
    private static let sliceMilliseconds: Int32 = 100
    /// What a destination says to us is of no interest: read away in pieces of this.
    private static let readBytes = 4096
    /// A first look for what was sent comes soon, later ones less and less often, in microseconds.
    private static let (firstLook, lastLook): (UInt32, UInt32) = (20, 2000)

    private let descriptor: Descriptor
    private let tls: OpaquePointer?
    private let endpoint: Endpoint

    /// Connects, with TLS where settings are given.
    init(to endpoint: Endpoint, tls settings: SocketTLS?, deadline: SocketDeadline) throws(SocketFailure) {
        WriteSignals.ignore()
        self.endpoint = endpoint
        descriptor = try ResolvedAddress.connected(to: endpoint, deadline: deadline)
        if let settings {
            tls = try TLSSettings.prepare(settings, for: endpoint, on: descriptor.raw)
        } else {
            tls = nil
        }
        try handshake(deadline)
    }

    deinit {
        if let tls { gw_tls_destroy(tls) }
        descriptor.close()
    }

    /// Writes everything.
    func write(_ bytes: [UInt8], deadline: SocketDeadline) throws(SocketFailure) {
        var written = 0
        while written < bytes.count {
            let (count, code) = bytes.withUnsafeBytes { buffer in
                let rest = UnsafeRawBufferPointer(rebasing: buffer[written...])
                return step(rest)
            }
            if count > 0 {
                written += count
                continue
            }
            if count == GW_TLS_FAILED {
                let failure = failure("write to", code)
                // What the other end said before it closed says more.
                try checkAlive()
                throw failure
            }
            try wait(for: count == GW_TLS_WANTS_READ ? POLLIN : POLLOUT, deadline, "take what is sent")
        }
    }

    /// Returns when the other end's system has taken all that was written; throws when it has closed instead.
    func waitUntilTaken(deadline: SocketDeadline) throws(SocketFailure) {
        var pause = Self.firstLook
        while waiting > 0 {
            try checkAlive()
            if deadline.milliseconds(atMost: 1) == nil { throw late("take what was sent", deadline) }
            if Task.isCancelled { throw SocketFailure("the delivery to \(endpoint) was given up") }
            usleep(pause)
            pause = min(pause * 2, Self.lastLook)
        }
        try checkAlive()
    }

    /// Throws when the other end has closed or reset the connection. What it says is read and forgotten.
    func checkAlive() throws(SocketFailure) {
        var bytes = [UInt8](repeating: 0, count: Self.readBytes)
        while true {
            let (count, code) = read(&bytes)
            if count == GW_TLS_END { throw SocketFailure("\(endpoint) has closed the connection") }
            if count == GW_TLS_FAILED { throw failure("read from", code) }
            if count < 0 { return }
        }
    }

    /// Says that nothing more comes, and waits until the other end has read everything and closes.
    func finish(deadline: SocketDeadline) {
        if let tls { gw_tls_close(tls) }
        shutdown(descriptor.raw, Int32(SHUT_WR))
        while (try? checkAlive()) != nil {
            guard (try? wait(for: POLLIN, deadline, "close")) != nil else { return }
        }
    }

    /// Bytes the other end's system has not taken yet.
    private var waiting: Int32 {
        var count: Int32 = 0
        return ioctl(descriptor.raw, UInt(TIOCOUTQ), &count) == 0 ? count : 0
    }

    private func handshake(_ deadline: SocketDeadline) throws(SocketFailure) {
        guard let tls else { return }
        while true {
            let code = Int(gw_tls_handshake(tls))
            if code == 1 { return }
            if code == GW_TLS_FAILED { throw failure("begin TLS with", 0) }
            try wait(for: code == GW_TLS_WANTS_READ ? POLLIN : POLLOUT, deadline, "answer the TLS handshake")
        }
    }

    private func step(_ bytes: UnsafeRawBufferPointer) -> (count: Int, code: Int32) {
        if let tls { return (gw_tls_write(tls, bytes.baseAddress, bytes.count), 0) }
        return outcome(
            of: send(descriptor.raw, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL)), GW_TLS_WANTS_WRITE)
    }

    private func read(_ bytes: inout [UInt8]) -> (count: Int, code: Int32) {
        bytes.withUnsafeMutableBytes { buffer in
            if let tls { return (gw_tls_read(tls, buffer.baseAddress, buffer.count), 0) }
            return outcome(of: recv(descriptor.raw, buffer.baseAddress, buffer.count, 0), GW_TLS_WANTS_READ)
        }
    }

    private func outcome(of count: Int, _ wants: Int) -> (count: Int, code: Int32) {
        if count >= 0 { return (count, 0) }
        return errno == EAGAIN || errno == EINTR ? (wants, 0) : (GW_TLS_FAILED, errno)
    }

    private func wait(for events: Int32, _ deadline: SocketDeadline, _ what: String) throws(SocketFailure) {
        while let milliseconds = deadline.milliseconds(atMost: Self.sliceMilliseconds) {
            if Task.isCancelled { throw SocketFailure("the delivery to \(endpoint) was given up") }
            var entry = pollfd(fd: descriptor.raw, events: Int16(events), revents: 0)
            if poll(&entry, 1, milliseconds) > 0 { return }
        }
        throw late(what, deadline)
    }

    private func late(_ what: String, _ deadline: SocketDeadline) -> SocketFailure {
        SocketFailure("\(endpoint) did not \(what) within \(deadline.length)")
    }

    private func failure(_ action: String, _ code: Int32) -> SocketFailure {
        guard let tls else { return SocketFailure(SystemError(action, "\(endpoint)", code: code)) }
        return SocketFailure(
            "cannot \(action) \"\(endpoint)\": \(TLSSettings.reason(of: tls))", needsPerson: gw_tls_is_untrusted(tls))
    }
}
