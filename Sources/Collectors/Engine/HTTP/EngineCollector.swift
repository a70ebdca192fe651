package import AgentCore
import EventModel
import HTTPClient
import Platform

/// Reads the events of Docker Engine.
package typealias DockerCollector = EngineCollector<Docker>
/// Reads the events of Podman's service.
package typealias PodmanCollector = EngineCollector<Podman>

/// Reads `/events` of a container engine over its unix socket, and goes on after a restart where the last commit ended.
///
/// A poll returns what came, at the latest after `pollLimit`. The stream stays open between polls.
package actor EngineCollector<Engine: ContainerEngine>: Collector {
    package static var kind: String { Engine.kind }
    /// A poll without events returns after this long.
    private static var pollLimit: Duration { .seconds(5) }
    /// The kernel's side reads its checkpoint in moments; one that does not is not waited for.
    private static var recallLimit: Duration { .seconds(1) }
    /// Events of one batch at the most; the rest comes with the next.
    private static var batchLimit: Int { 1000 }

    private let configuration: EngineConfiguration
    private let context: CollectorContext
    private let executor: ThreadExecutor
    private let readiness: Readiness
    private let guests: HostGuests
    private let translator: EngineTranslator
    private var transport: (any HTTPTransport)?
    private var reading: EngineReading?
    private var stream: EngineStream?
    private var waiting: ArraySlice<LineReader.Line> = []
    private var hasBrought = false
    private let attachment: EngineAttachment
    private var hasRecalled = false
    /// What the last poll gave to be committed, or found committed.
    private var offered: Checkpoint?

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    package init(_ configuration: EngineConfiguration, in context: CollectorContext) throws {
        (self.configuration, self.context) = (configuration, context)
        executor = ThreadExecutor(name: Engine.kind)
        readiness = try Readiness()
        guests = HostGuests.shared(in: context)
        translator = EngineTranslator(
            runtime: Engine.kind, host: context.host.name, include: Set(configuration.include),
            commands: configuration.commands)
        attachment = EngineAttachment(guests, runtime: Engine.kind)
        guests.expectRecall(by: .engine)
    }

    package func poll(after checkpoint: Checkpoint?) async throws -> Batch {
        let readiness = readiness
        return try await withTaskCancellationHandler {
            try await round(after: checkpoint)
        } onCancel: {
            readiness.wake()
        }
    }

    package func stop() async {
        await disconnect()
        await transport?.close()
        transport = nil
        executor.stop()
    }

    package func probe() async throws -> String {
        let client = EngineClient(transport: try connection())
        let (version, name) = try await client.version()
        let containers = try await client.containers(version)
        let running = containers.count { $0["State"]?.string == "running" }
        return "\(name), API \(version): \(containers.count) containers, \(running) running"
    }

    private func round(after checkpoint: Checkpoint?) async throws -> Batch {
        if !hasRecalled { try awaitRecall() }
        if stream == nil || checkpoint != offered {
            defer { recall() }
            let described = try await connect(after: checkpoint)
            if checkpoint == nil { return offer(described) }
        }
        if waiting.isEmpty { try await receive() }
        guard !waiting.isEmpty else { return Batch(events: [], checkpoint: nil) }
        return offer(translateWaiting())
    }

    private func offer(_ events: [Event]) -> Batch {
        offered = reading?.encoded()
        return Batch(events: events, checkpoint: offered)
    }

    /// What the kernel's side told before a restart is known before anything is told again.
    private func awaitRecall() throws {
        let start = ContinuousClock.now
        while guests.isRecallDue(by: .kernel), !Task.isCancelled, ContinuousClock.now - start < Self.recallLimit {
            _ = try readiness.wait(upTo: .milliseconds(20))
        }
    }

    /// What was told before a restart is known to the kernel's side from here on, which waits for it.
    private func recall() {
        if hasRecalled { return }
        hasRecalled = true
        guests.recall(reading?.recent.told ?? [], joined: reading?.recent.joined ?? [], by: .engine)
    }

    /// Opens the stream. At the very first time the containers that are there already are described.
    private func connect(after checkpoint: Checkpoint?) async throws -> [Event] {
        await disconnect()
        let committed = try checkpoint.map { try EngineReading($0, runtime: Engine.kind) }
        let transport = try connection()
        let client = EngineClient(transport: transport)
        // Taken before the list: what happens meanwhile is in both, and not in neither.
        let begin = configuration.start.begin(now: context.clock.now()) ?? Timestamp(nanoseconds: 0)
        var reading = committed ?? EngineReading(from: begin)
        self.reading = reading
        let (version, _) = try await client.version()
        let containers = committed == nil ? try await client.containers(version) : []
        let stream = EngineStream(waking: readiness, begun: attachment.attach)
        stream.start(EngineClient.events(version, since: reading.since), on: transport)
        reading.connected(at: context.clock.now())
        (self.reading, self.stream, waiting, hasBrought) = (reading, stream, [], false)
        offered = checkpoint
        return containers.compactMap { translator.described($0, at: begin) }
    }

    private func connection() throws -> any HTTPTransport {
        if let transport { return transport }
        let made = try context.transport(
            HTTPConnection(socket: configuration.socket ?? Engine.socket(of: context.host)))
        transport = made
        return made
    }

    private func disconnect() async {
        await stream?.stop()
        stream = nil
        attachment.detach()
    }

    /// Waits for lines. Throws why there will be none.
    private func receive() async throws {
        guard let stream else { return }
        var (lines, end) = stream.take()
        if lines.isEmpty, end == nil {
            _ = try readiness.wait(upTo: Self.pollLimit)
            (lines, end) = stream.take()
        }
        if !lines.isEmpty { hasBrought = true }
        waiting = lines[...]
        guard let end else { return }
        await disconnect()
        switch end {
        case .renewal: return
        // An engine that is restarted ends it, and is back in moments: the next poll asks.
        case .finished where hasBrought: return
        case .finished: throw HTTPError.unreachable("the engine ended its stream of events")
        case .failed(let error): throw error
        }
    }

    private func translateWaiting() -> [Event] {
        guard var reading else { return [] }
        var events: [Event] = []
        while events.count < Self.batchLimit, let line = waiting.popFirst() {
            events += translate(line, in: &reading)
        }
        self.reading = reading
        return events
    }

    private func translate(_ line: LineReader.Line, in reading: inout EngineReading) -> [Event] {
        if line.bytes.allSatisfy({ $0 == 0x20 || $0 == 0x0D }) { return [] }
        do throws(EventDecodingError) {
            if line.isCut { throw EventDecodingError("longer than \(EngineStream.lineLimit) bytes") }
            let report = try EngineReport.decode(line.bytes)
            var events: [Event] = []
            if let buffered = Engine.bufferedEvents, let gap = reading.gap(at: report.time, buffered: buffered) {
                events.append(translator.gap(from: gap.from, to: gap.to, buffered: buffered, collector: context.name))
            }
            guard reading.take(line.bytes, of: report.time) else { return events }
            return events + told(report, in: &reading)
        } catch {
            // At the time of what came before: the same whenever it is read again.
            guard reading.take(line.bytes, of: reading.last) else { return [] }
            return [
                translator.refused(
                    line.bytes, problem: error.description, collector: context.name, at: reading.last)
            ]
        }
    }

    private func told(_ report: EngineReport, in reading: inout EngineReading) -> [Event] {
        guard let happening = translator.translate(report) else { return [] }
        if let health = happening.health, !reading.isNews(health: health, of: report.id) { return [] }
        if happening.event.type == "container.removed" { reading.removed(report.id) }
        return EngineJoining(guests: guests).events(of: happening, noting: &reading.recent)
    }
}

/// Says to the kernel's side whether the engine's stream is read; once each, whatever happens in which order.
private final class EngineAttachment: Sendable {
    private let guests: HostGuests
    private let runtime: String
    private let isAttached = Locked(false)

    init(_ guests: HostGuests, runtime: String) {
        (self.guests, self.runtime) = (guests, runtime)
    }

    var attach: @Sendable () -> Void {
        { [self] in if set(true) { guests.attach(runtime) } }
    }

    func detach() {
        if set(false) { guests.detach(runtime) }
    }

    private func set(_ new: Bool) -> Bool {
        isAttached.withLock { value in
            defer { value = new }
            return value != new
        }
    }
}
