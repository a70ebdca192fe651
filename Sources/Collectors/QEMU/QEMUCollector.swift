package import AgentCore
import EventModel
import Platform

/// Watches the QEMU machines of this host: by their monitors, by libvirt's files, and behind both by /proc.
///
/// A poll blocks on a thread of its own until something happened, five seconds at the most. What a monitor tells is
/// told once: a batch that was not committed is given again. After a restart of the agent what changed meanwhile is
/// found by comparing, and told with the window in which it happened.
package actor QEMUCollector: Collector {
    package static let kind = "qemu"
    /// The longest a poll waits.
    private static let pollLimit: Duration = .seconds(5)
    /// How old the committed checkpoint may become while nothing happens: windows begin with it.
    private static let checkpointAge: Duration = .seconds(60)

    private nonisolated let executor = ThreadExecutor(name: "gw-qemu")
    private nonisolated let readiness: Readiness
    private let configuration: QEMUConfiguration
    private let context: CollectorContext
    private var sight: QEMUSight?
    /// Given, and perhaps not committed.
    private var given: Batch?
    private var checkpointed: ContinuousClock.Instant?

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    package init(_ configuration: QEMUConfiguration, in context: CollectorContext) throws {
        (self.configuration, self.context) = (configuration, context)
        readiness = try Readiness()
    }

    package func poll(after checkpoint: Checkpoint?) async throws -> Batch {
        if let path = configuration.recording {
            return try RecordedMonitor(path).batch(of: context.host.name)
        }
        return try await withTaskCancellationHandler {
            try round(after: checkpoint)
        } onCancel: {
            readiness.wake()
        }
    }

    package func stop() async {
        forget()
        executor.stop()
    }

    package func probe() async throws -> String {
        let machines = QEMUProcesses.machines(of: context.host, now: context.clock.now())
        let names = machines.prefix(10).map { $0.commandLine.name ?? "\($0.life.pid)" }.joined(separator: ", ")
        let folder = "\(context.host.run)/libvirt/qemu"
        let libvirt =
            !configuration.libvirt || !File.exists(folder)
            ? "" : FolderListing.names(in: folder, limit: 1) == nil ? "; libvirt's files may not be read" : "; libvirt"
        return "\(machines.count) machines run" + (names.isEmpty ? "" : ": \(names)") + libvirt
    }

    private func round(after checkpoint: Checkpoint?) throws -> Batch {
        if let given, given.checkpoint != checkpoint {
            if !given.events.isEmpty { return given }
            forget()
        }
        do {
            return try look(after: checkpoint)
        } catch {
            forget()
            throw error
        }
    }

    private func look(after checkpoint: Checkpoint?) throws -> Batch {
        let end = ContinuousClock.now + Self.pollLimit
        var isFirst = false
        let sight: QEMUSight
        if let known = self.sight {
            sight = known
        } else {
            sight = try QEMUSight(configuration, context, readiness, after: checkpoint)
            self.sight = sight
            isFirst = true
        }
        var events = sight.machines.take()
        while events.isEmpty, !isFirst, .now < end, !Task.isCancelled {
            try sight.turn(upTo: end - .now)
            events = sight.machines.take()
        }
        let isStale = checkpointed.map { .now - $0 > Self.checkpointAge } ?? true
        guard !events.isEmpty || isFirst || isStale else {
            return Batch(events: [], checkpoint: nil, isLast: configuration.once)
        }
        checkpointed = .now
        let batch = Batch(events: events, checkpoint: sight.checkpoint(), isLast: configuration.once)
        given = batch
        return batch
    }

    private func forget() {
        sight?.close()
        (sight, given, checkpointed) = (nil, nil, nil)
    }
}
