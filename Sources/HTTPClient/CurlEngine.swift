import Platform

/// The door between the callers' tasks and the one thread that owns libcurl.
///
/// The thread starts with the first transfer and ends with `stop`. It sleeps in libcurl's poll and is woken for orders
/// only.
final class CurlEngine: Sendable {
    private enum Phase {
        case unstarted
        case running(CurlMulti)
        case stopping
        case stopped
    }

    private struct Inbox {
        var phase = Phase.unstarted
        var orders = CurlOrders()
        var waitingForEnd: [CheckedContinuation<Void, Never>] = []
    }

    private let connection: HTTPConnection
    private let inbox = Locked(Inbox())

    /// Starts nothing yet.
    init(_ connection: HTTPConnection) {
        self.connection = connection
    }

    /// Lets the thread start `transfer`; the continuation is resumed exactly once, whatever happens.
    func start(
        _ transfer: CurlTransfer, _ continuation: CheckedContinuation<Result<HTTPResponse, HTTPError>, Never>
    ) {
        if let refusal = enqueue(transfer, continuation) { continuation.resume(returning: .failure(refusal)) }
    }

    /// Ends `transfer` with `.cancelled`, whether it is under way, waiting or not yet started.
    func cancel(_ transfer: CurlTransfer) {
        inbox.withLock { inbox in
            transfer.isCancelled = true
            guard case .running(let multi) = inbox.phase else { return }
            inbox.orders.cancelled.append(transfer)
            multi.wake()
        }
    }

    /// Ends the thread and everything under way; `waiter` is resumed when it is done.
    func stop(_ waiter: CheckedContinuation<Void, Never>? = nil) {
        let isStopped = inbox.withLock { inbox in
            switch inbox.phase {
            case .unstarted:
                inbox.phase = .stopped
                return true
            case .stopped: return true
            case .running(let multi):
                inbox.phase = .stopping
                inbox.orders.stop = true
                multi.wake()
            case .stopping: break
            }
            if let waiter { inbox.waitingForEnd.append(waiter) }
            return false
        }
        if isStopped { waiter?.resume() }
    }

    /// Takes what was ordered since the last call.
    func takeOrders() -> CurlOrders {
        inbox.withLock { inbox in
            defer { inbox.orders = CurlOrders() }
            return inbox.orders
        }
    }

    private func enqueue(
        _ transfer: CurlTransfer, _ continuation: CheckedContinuation<Result<HTTPResponse, HTTPError>, Never>
    ) -> HTTPError? {
        inbox.withLock { inbox in
            if transfer.isCancelled { return .cancelled }
            if case .unstarted = inbox.phase {
                do throws(HTTPError) { inbox.phase = .running(try launch()) } catch { return error }
            }
            guard case .running(let multi) = inbox.phase else { return .cancelled }
            transfer.continuation = continuation
            inbox.orders.starting.append(transfer)
            multi.wake()
            return nil
        }
    }

    private func launch() throws(HTTPError) -> CurlMulti {
        try connection.validate()
        guard let multi = CurlMulti(), let trust = CurlTrust(connection.trust) else {
            throw .unreachable("libcurl could not be started: out of memory")
        }
        let loop = CurlLoop(multi, trust, connection)
        Thread.start(name: "http") {
            loop.run(ordersFrom: self)
            self.end()
        }
        return multi
    }

    /// After the thread's last look at its orders: nobody may wait for ever.
    private func end() {
        let (left, waiters) = inbox.withLock { inbox in
            defer { inbox = Inbox(phase: .stopped) }
            return (inbox.orders.starting, inbox.waitingForEnd)
        }
        for transfer in left { transfer.end(.cancelled) }
        for waiter in waiters { waiter.resume() }
    }
}

/// What the thread is to do next.
struct CurlOrders {
    /// In the order of the calls.
    var starting: [CurlTransfer] = []
    /// May name transfers that have ended meanwhile.
    var cancelled: [CurlTransfer] = []
    /// End everything.
    var stop = false
}
