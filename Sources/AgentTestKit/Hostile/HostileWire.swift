import CTestTLS

/// A connection a client made, plain or TLS. Belongs to its thread but for `shutDown`.
final class HostileWire: @unchecked Sendable {
    // SAFETY: `tls` is only used by the connection's thread and freed by deinit, before the socket is closed.
    private let socket: TCPSocket
    private let tls: OpaquePointer?

    /// Without a certificate: plain. nil when there is no handshake.
    init?(_ socket: TCPSocket, _ certificate: TestCertificate?) {
        self.socket = socket
        guard let certificate else {
            tls = nil
            return
        }
        guard let tls = gw_test_tls_accept(certificate.certificate, socket.descriptor) else { return nil }
        self.tls = tls
    }

    deinit {
        gw_test_tls_destroy(tls)
    }

    /// Appends what has come, waiting for the first byte; false at the end.
    func receive(into bytes: inout [UInt8]) -> Bool {
        guard let tls else { return socket.receive(into: &bytes) }
        let piece = [UInt8](unsafeUninitializedCapacity: 16 * 1024) { buffer, count in
            // SAFETY: at most the capacity is written.
            count = max(0, gw_test_tls_read(tls, buffer.baseAddress, buffer.count))
        }
        bytes += piece
        return !piece.isEmpty
    }

    /// Sends all; false when the other side is gone.
    func send(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let tls else { return socket.send([], bytes, []) }
        // SAFETY: the buffer lives for the call.
        return bytes.withUnsafeBytes { gw_test_tls_write(tls, $0.baseAddress, $0.count) }
    }

    /// Reads until the other side closes.
    func drain() {
        var rest: [UInt8] = []
        while receive(into: &rest) { rest = [] }
    }
}
