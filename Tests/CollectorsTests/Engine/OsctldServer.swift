import Foundation
import Platform

/// osctld as its clients see it, without containers: greets, takes subscribers, lists what it is told to.
final class OsctldServer: Sendable {
    private struct State: Sendable {
        var list = "[]"
        var subscribers: [UnixSocket] = []
        var commands: [String] = []
        var isOver = false
    }

    private let listener: UnixSocket
    private let state = Locked(State())

    init(at path: String) throws {
        listener = try UnixSocket.listen(at: path, mode: 0o600)
        let listener = listener
        Platform.Thread.start(name: "osctld") { [self] in
            while !state.withLock({ $0.isOver }) {
                if let socket = try? listener.accept() { serve(socket) }
                usleep(500)
            }
        }
    }

    var commands: [String] { state.withLock { $0.commands } }
    var subscribers: Int { state.withLock { $0.subscribers.count } }

    func holds(_ list: String) {
        state.withLock { $0.list = list }
    }

    /// Says an event to all subscribers.
    func say(_ type: String, _ options: String) {
        line(#"{"status":true,"response":{"type":"\#(type)","opts":\#(options)}}"#)
    }

    /// Says a line to all subscribers.
    func line(_ text: String) {
        for socket in state.withLock({ $0.subscribers }) { _ = try? socket.write(Array((text + "\n").utf8)[...]) }
    }

    /// As when osctld is shut down: the reason, and then nothing.
    func shutDown() {
        line(#"{"status":false,"message":"osctld is shutting down"}"#)
        hangUp()
    }

    func hangUp() {
        state.withLock { state in
            for socket in state.subscribers { socket.close() }
            state.subscribers = []
        }
    }

    func stop() {
        state.withLock { $0.isOver = true }
        hangUp()
        listener.close()
    }

    private func serve(_ socket: UnixSocket) {
        Platform.Thread.start(name: "osctld-client") { [self] in
            _ = try? socket.write(Array("{\"version\":\"21.05\"}\n".utf8)[...])
            var splitter = LineSplitter(limit: 1 << 16)
            for _ in 0..<20_000 where !state.withLock({ $0.isOver }) {
                if let piece = try? socket.read(upTo: 4096) {
                    if piece.isEmpty { return }
                    for line in splitter.take(piece) where !answer(line.bytes, on: socket) { return }
                }
                usleep(500)
            }
        }
    }

    /// False when the connection is somebody else's from now on.
    private func answer(_ line: [UInt8], on socket: UnixSocket) -> Bool {
        let text = String(decoding: line, as: UTF8.self)
        let list = state.withLock { state in
            state.commands.append(text)
            return state.list
        }
        _ = try? socket.write(Array("{\"status\":true,\"progress\":\"wait\"}\n".utf8)[...])
        if text.contains("ct_list") {
            _ = try? socket.write(Array("{\"status\":true,\"response\":\(list)}\n".utf8)[...])
            return true
        }
        _ = try? socket.write(Array("{\"status\":true,\"response\":\"subscribed\"}\n".utf8)[...])
        state.withLock { $0.subscribers.append(socket) }
        return false
    }
}
