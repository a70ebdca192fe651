package import AgentCore
import Platform

/// Sends each event to a syslog server: RFC 5424 over TCP (RFC 6587), TLS (RFC 5425), UDP (RFC 5426) or a socket in the
/// file system.
///
/// The protocol acknowledges nothing. Over a stream a delivery is acknowledged when the server's *system* has taken
/// every byte; before the next one the connection is looked at, and when it broke, the last `resend` bytes are sent
/// again by the next connection: repeats under the same `id`, `source` and `sequence` rather than losses. Lost is what
/// the server has read and lost itself; what its system had taken, when server and agent die within the same second;
/// and what exceeds `resend`. Datagrams by UDP are lost silently; those to a socket in the file system never are.
///
/// Nothing removes repeats: a batch repeated after a failure is sent again.
package actor SyslogSink: Sink {
    package typealias Configuration = SyslogConfiguration
    package static let kind = "syslog"

    /// What was sent is looked after when nothing more was sent for this long, and then at longer and longer intervals.
    private static let (settleTime, longestSettleTime) = (Duration.seconds(1), Duration.seconds(60))

    private enum Channel {
        case stream(SyslogStream)
        case datagrams(SyslogDatagrams)
    }

    private nonisolated let executor: ThreadExecutor
    private let clock: AgentClock
    private let channel: Channel
    private var settling: Task<Void, Never>?
    /// Counts deliveries: whoever looks after one stops when there was another.
    private var deliveries = 0

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    package init(_ configuration: SyslogConfiguration, in context: SinkContext) throws {
        executor = ThreadExecutor(name: "sink-\(context.name)")
        clock = context.clock
        let encoder = SyslogEncoder(configuration, host: context.host.name, journal: context.journal)
        channel =
            configuration.isDatagram
            ? .datagrams(SyslogDatagrams(configuration, encoder: encoder))
            : .stream(SyslogStream(configuration, encoder: encoder))
    }

    deinit {
        executor.stop()
    }

    package func deliver(_ entries: [Entry]) throws(DeliveryError) {
        deliveries += 1
        let rejected: [UInt64: String]
        do {
            rejected = try send(entries)
        } catch {
            throw error.deliveryError
        }
        if case .stream(let stream) = channel, stream.isUnsettled, settling == nil {
            settling = Task { await settle() }
        }
        if !rejected.isEmpty { throw .partial(rejected: rejected) }
    }

    package func stop() async {
        settling?.cancel()
        await settling?.value
        switch channel {
        case .stream(let stream): stream.finish()
        case .datagrams(let datagrams): datagrams.finish()
        }
        executor.stop()
    }

    /// Why an entry is no syslog message.
    static func headTooLong(_ limit: Int) -> String {
        "what names it is alone longer than the \(limit) bytes of \"maximumBytes\""
    }

    private func send(_ entries: [Entry]) throws(SocketFailure) -> [UInt64: String] {
        switch channel {
        case .stream(let stream): return try stream.send(entries)
        case .datagrams(let datagrams): return try datagrams.send(entries)
        }
    }

    /// Waits for a quiet while, and looks then whether the server read what it was sent last.
    private func settle() async {
        var pause = Self.settleTime
        while !Task.isCancelled {
            let before = deliveries
            guard (try? await clock.sleep(pause)) != nil else { break }
            guard before == deliveries, case .stream(let stream) = channel else {
                pause = Self.settleTime
                continue
            }
            if stream.settle() { break }
            pause = min(pause * 2, Self.longestSettleTime)
        }
        settling = nil
    }
}
