import Platform

@testable import AgentTestKit

/// A TCP server that answers all it is sent with the same bytes; without any it hangs up instead.
final class NonsenseServer: Sendable {
    private let listener: TCPSocket

    /// `greets`: it says so too before it is sent anything.
    init(answer: [UInt8], greets: Bool = false) throws {
        let listener = try TCPSocket.listening(port: 0)
        self.listener = listener
        Thread.start(name: "nonsense") {
            while let connection = listener.accept() {
                Thread.start(name: "nonsense") {
                    var bytes: [UInt8] = []
                    var goesOn = !answer.isEmpty && (!greets || connection.send(answer, [], []))
                    while goesOn {
                        bytes = []
                        goesOn = connection.receive(into: &bytes) && connection.send(answer, [], [])
                    }
                    connection.shutDown()
                }
            }
        }
    }

    deinit {
        stop()
    }

    var port: Int { Int(listener.port) }

    func stop() {
        listener.shutDown()
    }
}
