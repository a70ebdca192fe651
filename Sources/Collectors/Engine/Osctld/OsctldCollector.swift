package import AgentCore
import EventModel
import Platform

/// Reads the events of osctld, which runs the containers of vpsAdminOS.
///
/// It subscribes first and then reads the containers' states on a second connection, so that nothing can happen between
/// the two unseen. A poll returns what came, at the latest after `pollLimit`.
package actor OsctldCollector: Collector {
    package static let kind = "osctld"
    private static let pollLimit: Duration = .seconds(5)
    /// osctld answers at once, unless it is very busy.
    private static let answerLimit: Duration = .seconds(10)
    private static let runtime = "osctl"

    private let configuration: OsctldConfiguration
    private let context: CollectorContext
    private let executor: ThreadExecutor
    private let readiness: Readiness
    private let guests: HostGuests
    private let translator: OsctldTranslator
    private var reading = OsctldReading()
    private var recent = RecentTellings()
    private var connection: OsctldConnection?
    /// What the last poll gave to be committed, or found committed.
    private var offered: Checkpoint?

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    package init(_ configuration: OsctldConfiguration, in context: CollectorContext) throws {
        (self.configuration, self.context) = (configuration, context)
        executor = ThreadExecutor(name: "osctld")
        readiness = try Readiness()
        guests = HostGuests.shared(in: context)
        translator = OsctldTranslator(host: context.host.name, commands: configuration.commands)
    }

    package func poll(after checkpoint: Checkpoint?) async throws -> Batch {
        let readiness = readiness
        return try await withTaskCancellationHandler {
            try round(after: checkpoint)
        } onCancel: {
            readiness.wake()
        }
    }

    package func stop() async {
        disconnect()
        executor.stop()
    }

    package func probe() async throws -> String {
        let containers = try containers()
        let running = containers.count { $0["state"]?.string == "running" }
        return "osctld: \(containers.count) containers, \(running) running"
    }

    private var path: String { configuration.socket ?? "\(context.host.run)/osctl/osctld.sock" }

    private func round(after checkpoint: Checkpoint?) throws -> Batch {
        var events: [Event] = []
        if connection == nil || checkpoint != offered {
            events = try connect(after: checkpoint)
        } else if try !receive(into: &events) {
            _ = try readiness.wait(upTo: Self.pollLimit)
            _ = try receive(into: &events)
        }
        let encoded = reading.encoded()
        guard !events.isEmpty || encoded != offered else { return Batch(events: [], checkpoint: nil) }
        offered = encoded
        return Batch(events: events, checkpoint: encoded)
    }

    /// Subscribes, then compares the list with what was known.
    private func connect(after checkpoint: Checkpoint?) throws -> [Event] {
        disconnect()
        reading = try checkpoint.map { try OsctldReading($0) } ?? OsctldReading()
        let connection = try OsctldConnection(to: path, for: .events, readiness: readiness, token: 1)
        var events: [Event] = []
        var early: [OsctldEvent] = []
        try converse(on: connection) { step in
            if case .event(let event) = step { early.append(event) }
            return step == .subscribed
        }
        self.connection = connection
        guests.attach(Self.runtime)
        for event in reading.take(list: try containers()) + early { events += told(event) }
        return events
    }

    private func disconnect() {
        if connection != nil { guests.detach(Self.runtime) }
        connection = nil
    }

    /// The containers, asked for on a connection of its own.
    private func containers() throws -> [JSONValue] {
        let connection = try OsctldConnection(to: path, for: .containers, readiness: readiness, token: 2)
        var list: [JSONValue] = []
        try converse(on: connection) { step in
            guard case .containers(let containers) = step else { return false }
            list = containers
            return true
        }
        return list
    }

    /// Takes steps until one is what is waited for.
    private func converse(
        on connection: OsctldConnection, until isWanted: (OsctldConversation.Step) -> Bool
    ) throws {
        let deadline = ContinuousClock.now.advanced(by: Self.answerLimit)
        var isDone = false
        while !isDone {
            for (line, step) in try connection.steps() {
                switch step {
                case .success(.end(let reason)): throw CommandEnded(description: "osctld at \"\(path)\": \(reason)")
                case .success(let step): isDone = isWanted(step) || isDone
                case .failure(let error):
                    let text = String(decoding: line.prefix(200), as: UTF8.self)
                    throw CommandEnded(description: "osctld at \"\(path)\" says \"\(text)\": \(error)")
                }
            }
            if isDone { return }
            guard ContinuousClock.now < deadline, !Task.isCancelled else {
                throw CommandEnded(description: "osctld at \"\(path)\" does not answer")
            }
            _ = try readiness.wait(upTo: .milliseconds(100))
        }
    }

    /// Takes what came. Throws why nothing more will, once all before it was told.
    private func receive(into events: inout [Event]) throws -> Bool {
        guard let connection else { return false }
        let steps = try connection.steps()
        for (line, step) in steps {
            switch step {
            case .success(.event(let event)): events += told(event)
            case .success(.end(let reason)):
                disconnect()
                if events.isEmpty { throw CommandEnded(description: "osctld at \"\(path)\": \(reason)") }
            case .success: continue
            case .failure(let error):
                events.append(
                    RefusedLine.event(
                        line, problem: error.description, source: translator.source, collector: context.name,
                        at: context.clock.now()))
            }
        }
        return !steps.isEmpty
    }

    private func told(_ event: OsctldEvent) -> [Event] {
        guard let happening = translator.translate(event, in: &reading, at: context.clock.now()) else { return [] }
        return EngineJoining(guests: guests).events(of: happening, noting: &recent)
    }
}
