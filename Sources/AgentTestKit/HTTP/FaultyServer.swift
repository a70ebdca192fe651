import Glibc
package import HTTPClient
import Platform

/// A server of one port that can be stopped and started again, and that does what is wrong when it is told to.
package final class FaultyServer: Sendable {
    /// What happens to requests.
    package enum Fault: Sendable {
        /// Answered at once and without a look at the request.
        case answer(ServedAnswer)
        /// Answered as ever, but so much later.
        case late(Duration)
        /// Taken, and never answered.
        case silent
        /// Taken, and the connection cut before the answer.
        case lost
    }

    private let serving: @Sendable (HTTPRequest) -> ServedAnswer
    private let server: Locked<LoopbackServer?>
    private let fault: Locked<Fault?>
    /// Where it listens, and listened.
    package let port: UInt16

    /// `serving`: what it answers when nothing is wrong.
    package init(serving: @escaping @Sendable (HTTPRequest) -> ServedAnswer) throws {
        let fault = Locked<Fault?>(nil)
        let first = try LoopbackServer { Self.answer($0, serving, fault.withLock { $0 }) }
        (self.serving, self.fault, server, port) = (serving, fault, Locked(first), first.port)
    }

    deinit {
        stop()
    }

    /// `http://127.0.0.1:PORT`.
    package var url: String { "http://127.0.0.1:\(port)" }
    /// Since the last start.
    package var connectionsTaken: Int { server.withLock { $0 }?.connectionsTaken ?? 0 }

    /// From now on; nil: nothing is wrong.
    package func fail(_ fault: Fault?) {
        self.fault.withLock { $0 = fault }
    }

    /// Nobody listens any more.
    package func stop() {
        let running = server.withLock { server in
            defer { server = nil }
            return server
        }
        running?.stop()
    }

    /// Somebody listens again, on the same port.
    package func restart() throws {
        let (serving, fault) = (serving, fault)
        let again = try LoopbackServer(port: port) { Self.answer($0, serving, fault.withLock { $0 }) }
        server.withLock { $0 = again }
    }

    private static func answer(
        _ request: HTTPRequest, _ serving: (HTTPRequest) -> ServedAnswer, _ fault: Fault?
    ) -> ServedAnswer {
        switch fault {
        case nil: return serving(request)
        case .answer(let answer): return answer
        case .late(let delay):
            // A thread of the connection's own: nobody else waits.
            usleep(UInt32(delay / .microseconds(1)))
            return serving(request)
        case .silent:
            _ = serving(request)
            return ServedAnswer(200, body: [0x20, 0x20], ending: .hang(afterBytes: 1))
        case .lost:
            _ = serving(request)
            return ServedAnswer(ending: .cutBeforeHead)
        }
    }
}
