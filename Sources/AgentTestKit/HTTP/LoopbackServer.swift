package import HTTPClient
import Platform

/// A real HTTP/1.1 server on 127.0.0.1: a thread per connection, keep-alive, and answers that end as the test wants.
///
/// No TLS: that is what a real server in another process is for. `stop()` ends all connections and waits for their
/// threads.
package final class LoopbackServer: Sendable {
    private struct State: Sendable {
        var isStopping = false
        var threads = 0
        var nextConnection = 0
        var connections: [Int: TCPSocket] = [:]
        var aborts: [Int: @Sendable () -> Void] = [:]
        var requests = 0
    }

    /// Where it listens.
    package let port: UInt16
    private let listener: TCPSocket
    private let answering: @Sendable (HTTPRequest, _ connection: Int) -> ServedAnswer
    private let state: LockedCondition<State>

    /// Starts on a port; 0: any that is free. `serving` runs on the thread of the connection and may block it.
    package convenience init(
        port: UInt16 = 0, serving: @escaping @Sendable (HTTPRequest) -> ServedAnswer
    ) throws(SystemCallError) {
        try self.init(port: port, state: LockedCondition(State())) { request, _ in serving(request) }
    }

    /// Starts on a port; 0: any that is free. `answering` runs in a task, which `stop()` and `dropConnections()`
    /// cancel.
    package convenience init(port: UInt16 = 0, answering: @escaping Answering) throws(SystemCallError) {
        let state = LockedCondition(State())
        try self.init(port: port, state: state) { request, connection in
            let answer = LockedCondition<ServedAnswer?>(nil)
            let task = Task {
                let made = await answering(request)
                answer.change { $0 = made }
            }
            // The thread does not wait for the task to notice: whoever stops the server may hold the task's thread.
            let abort: @Sendable () -> Void = {
                task.cancel()
                answer.change { $0 = ServedAnswer(500, ending: .cutBeforeHead) }
            }
            let isOver = state.change { state in
                state.aborts[connection] = abort
                return state.connections[connection] == nil
            }
            if isOver { abort() }
            defer { state.change { $0.aborts[connection] = nil } }
            return answer.wait { $0.map { .done($0) } ?? .sleep(atMost: nil) }
        }
    }

    private init(
        port: UInt16, state: LockedCondition<State>, answering: @escaping @Sendable (HTTPRequest, Int) -> ServedAnswer
    ) throws(SystemCallError) {
        let listener = try TCPSocket.listening(port: port)
        (self.listener, self.answering, self.state) = (listener, answering, state)
        self.port = listener.port
        state.change { $0.threads = 1 }
        Thread.start(name: "loopback") { [self] in
            while let connection = listener.accept() { take(connection) }
            state.change { $0.threads -= 1 }
        }
    }

    /// `http://127.0.0.1:PORT`.
    package var url: String { "http://127.0.0.1:\(port)" }

    /// Connections taken so far.
    package var connectionsTaken: Int { state.change { $0.nextConnection } }

    /// Requests read so far.
    package var requests: Int { state.change { $0.requests } }

    /// Cuts all open connections and takes new ones.
    package func dropConnections() {
        let aborts = state.change { state in
            for connection in state.connections.values { connection.shutDown() }
            state.connections = [:]
            return Array(state.aborts.values)
        }
        for abort in aborts { abort() }
    }

    /// Listens no more, cuts all connections and waits for all threads. More calls do nothing.
    package func stop() {
        state.change { $0.isStopping = true }
        listener.shutDown()
        dropConnections()
        state.wait { $0.threads == 0 ? .done(()) : .sleep(atMost: nil) }
    }

    private func take(_ socket: TCPSocket) {
        let connection: Int? = state.change { state in
            guard !state.isStopping else { return nil }
            state.nextConnection += 1
            state.threads += 1
            state.connections[state.nextConnection] = socket
            return state.nextConnection
        }
        guard let connection else { return }
        Thread.start(name: "loopback-\(connection)") { [self] in
            serve(socket, connection)
            socket.shutDown()
            state.change { state in
                state.connections[connection] = nil
                state.threads -= 1
            }
        }
    }

    private func serve(_ socket: TCPSocket, _ connection: Int) {
        var reader = HTTPRequestReader(origin: url)
        while true {
            switch reader.next() {
            case .incomplete:
                guard socket.receive(into: &reader.bytes) else { return }
            case .wantsContinue:
                guard socket.send(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8), [], []) else { return }
            case .broken: return
            case .request(let request, let keepsAlive):
                state.change { $0.requests += 1 }
                let answer = answering(request, connection)
                guard HTTPAnswerWriter.send(answer, to: request, on: socket), keepsAlive else { return }
            }
        }
    }
}
