@testable import Sinks

/// Whether somebody listens.
enum StreamProbe {
    static func connect(port: Int) throws {
        _ = try StreamSocket(
            to: Endpoint(scheme: "tcp", host: "127.0.0.1", port: port), tls: nil,
            deadline: SocketDeadline(after: .seconds(2)))
    }
}
