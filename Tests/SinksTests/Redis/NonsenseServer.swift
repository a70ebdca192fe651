#if Redis
    import Platform

    @testable import AgentTestKit

    /// A TCP server that answers all it is sent with the same bytes.
    final class NonsenseServer: Sendable {
        private let listener: TCPSocket

        init(answer: [UInt8]) throws {
            let listener = try TCPSocket.listening(port: 0)
            self.listener = listener
            Thread.start(name: "nonsense") {
                while let connection = listener.accept() {
                    Thread.start(name: "nonsense") {
                        var bytes: [UInt8] = []
                        while connection.receive(into: &bytes), connection.send(answer, [], []) { bytes = [] }
                        connection.shutDown()
                    }
                }
            }
        }

        var port: Int { Int(listener.port) }

        func stop() {
            listener.shutDown()
        }
    }
#endif
