import CCurl

/// The life of the engine's thread: start and cancel what was ordered, move the transfers, end those that are done or
/// quiet for too long, sleep.
final class CurlLoop: @unchecked Sendable {
    // SAFETY: made by the caller that starts the thread, and used by the thread only from then on.
    private let multi: CurlMulti
    private let trust: CurlTrust
    private let connection: HTTPConnection
    private let clock = ContinuousClock()
    private var active: [UnsafeMutableRawPointer: Active] = [:]
    private var pool: [CurlHandle] = []

    private final class Active {
        let handle: CurlHandle
        let transfer: CurlTransfer
        var idle: IdleClock

        init(_ handle: CurlHandle, _ transfer: CurlTransfer, _ idle: IdleClock) {
            (self.handle, self.transfer, self.idle) = (handle, transfer, idle)
        }
    }

    /// Handles kept for the next transfers; each has the size of a few pages.
    private static let poolLimit = 4
    /// Without a transfer only an order ends the sleep.
    private static let longestSleep = Int32.max

    /// Everything the thread will own.
    init(_ multi: CurlMulti, _ trust: CurlTrust, _ connection: HTTPConnection) {
        (self.multi, self.trust, self.connection) = (multi, trust, connection)
    }

    /// Runs until it is told to stop. Afterwards nothing is active and no connection is open.
    func run(ordersFrom engine: CurlEngine) {
        CurlMulti.blockPipeSignal()
        while true {
            let orders = engine.takeOrders()
            if orders.stop {
                for transfer in orders.starting { transfer.end(.cancelled) }
                break
            }
            for transfer in orders.starting { start(transfer) }
            for transfer in orders.cancelled { cancel(transfer) }
            if !multi.perform() { endAll(.unreachable("libcurl gave up: out of memory")) }
            while let finished = multi.nextFinished() { end(finished.easy, finished.code) }
            multi.poll(milliseconds: endQuietOnes())
        }
        endAll(.cancelled)
        pool.removeAll()
        multi.close()
    }

    private func start(_ transfer: CurlTransfer) {
        guard let handle = pool.popLast() ?? CurlHandle() else {
            return transfer.end(.unreachable("libcurl has no handle: out of memory"))
        }
        do throws(HTTPError) {
            try handle.prepare(transfer, connection, trust)
            guard multi.add(handle) else { throw .unreachable("libcurl has no room for a transfer: out of memory") }
            let idle = IdleClock(limit: transfer.request.timeouts.idle, now: clock.now)
            active[handle.easy] = Active(handle, transfer, idle)
        } catch {
            recycle(handle)
            transfer.end(error)
        }
    }

    private func cancel(_ transfer: CurlTransfer) {
        guard let entry = active.values.first(where: { $0.transfer === transfer }) else { return }
        end(entry, .cancelled)
    }

    private func end(_ easy: UnsafeMutableRawPointer, _ code: CURLcode) {
        guard let entry = active[easy] else { return }
        guard code != CURLE_OK else { return end(entry, nil) }
        let failure = CurlFailure(
            code, entry.handle.failureText(code), isConnecting: entry.handle.isConnecting, connection: connection,
            shown: trust.shown)
        end(entry, failure.error(for: entry.transfer.request))
    }

    private func end(_ entry: Active, _ error: HTTPError?) {
        active[entry.handle.easy] = nil
        multi.remove(entry.handle)
        recycle(entry.handle)
        entry.transfer.end(error)
    }

    private func endAll(_ error: HTTPError) {
        for entry in active.values { end(entry, error) }
    }

    private func recycle(_ handle: CurlHandle) {
        handle.reset()
        if pool.count < Self.poolLimit { pool.append(handle) }
    }

    /// Ends the transfers without a byte for too long, and returns the milliseconds until the next one may be.
    private func endQuietOnes() -> Int32 {
        let now = clock.now
        var next: ContinuousClock.Instant?
        for entry in active.values {
            entry.idle.note(moved: entry.handle.bytesMoved, connecting: entry.handle.isConnecting, at: now)
            if entry.idle.deadline <= now {
                end(entry, .timedOut("idle"))
            } else {
                next = min(next ?? entry.idle.deadline, entry.idle.deadline)
            }
        }
        return next.map { Int32(clamping: now.duration(to: $0).milliseconds) } ?? Self.longestSleep
    }
}
