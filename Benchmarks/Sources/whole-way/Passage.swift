import AgentTestKit
import Glibc
import Measuring

/// One run: all events through a new agent into a new file.
struct Passage {
    /// How long the file must not have grown before its lines are counted, in seconds.
    private static let calm = 0.3
    /// A run that takes longer has gone wrong, in seconds.
    private static let patience = 60.0

    /// From the question for the first page to the last byte of the file.
    var eventsPerSecond: Double
    /// The agent's or the peer's, from its start to its end, in µs.
    var processorPerEvent: Double
    /// The canned vCenter's while it served, in µs.
    var serverPerEvent: Double
    var peakMebibytes: Double
    var bytesPerLine: Int

    /// What the agent's resident memory was on the way: seconds since its start, and MiB.
    var memory: [(seconds: Double, mebibytes: Double)] = []

    /// Makes the run; throws when an event is missing in the file or there twice.
    init(events: Int, mix: CannedServer.Mix, pageSize: Int = 1000) async throws {
        let vcenter = try await CannedServer(events: events, mix: mix)
        let before = try vcenter.figures
        let agent = try AgentUnderMeasure(.init(journal: "sqlite", vcenter: vcenter, pageSize: pageSize))
        let archive = Archive(path: agent.archive)
        let begin = Stopwatch.wall
        var samples: [(Double, Double)] = []
        let end = try Self.waitFor(events, in: archive) {
            samples.append((Stopwatch.wall - begin, Double(try agent.figures.residentBytes) / 1_048_576))
        }
        memory = samples
        guard let start = vcenter.first else { throw MeasuringError("the agent asked for no events") }
        serverPerEvent = (try vcenter.figures.processor - before.processor) / Double(events) * 1e6
        peakMebibytes = Double(try agent.figures.peakBytes) / 1_048_576
        processorPerEvent = try await agent.stop() / Double(events) * 1e6
        try await vcenter.stop()
        let ids = archive.ids
        guard ids.count == events, Set(ids).count == events else {
            throw MeasuringError("of \(events) events the file has \(ids.count), \(Set(ids).count) of them different")
        }
        eventsPerSecond = Double(events) / (end - start)
        bytesPerLine = archive.state.bytes / events
    }

    /// Lets a reader that stores nothing go over such events.
    init(of peer: Peer, events: Int, mix: CannedServer.Mix) async throws {
        let vcenter = try await CannedServer(events: events, mix: mix)
        let settings = FixtureSettings()
        let before = try vcenter.figures
        let program = ChildProcess.Program(
            peer.command[0], peer.command.dropFirst() + [vcenter.url, settings.userName, settings.password])
        let reader = try ChildProcess(program)
        let exit = try await reader.waitForExit(limit: .seconds(Self.patience))
        let words = reader.output.split(whereSeparator: \.isWhitespace)
        guard exit == .code(0), let usage = reader.usage, words.count == 2, Int(words[0]) == events,
            let seconds = Double(words[1])
        else {
            throw MeasuringError(
                "\(peer.name)'s reader ended by \(exit): \(reader.output)\(reader.errors.suffix(2000))")
        }
        serverPerEvent = (try vcenter.figures.processor - before.processor) / Double(events) * 1e6
        try await vcenter.stop()
        eventsPerSecond = Double(events) / seconds
        processorPerEvent = (usage.user + usage.system) / .seconds(1) / Double(events) * 1e6
        peakMebibytes = Double(usage.peakBytes) / 1_048_576
        bytesPerLine = 0
    }

    /// Waits until the file has so many events of the vCenter; gives when it was written last. `watch`
    /// is called fifty times a second.
    private static func waitFor(_ events: Int, in archive: Archive, _ watch: () throws -> Void) throws -> Double {
        let deadline = Stopwatch.date + patience
        while Stopwatch.date < deadline {
            usleep(20_000)
            try watch()
            let state = archive.state
            guard state.bytes > 0, Stopwatch.date - state.written > calm else { continue }
            if archive.ids.count >= events { return state.written }
        }
        throw MeasuringError(
            "after \(Figures.fixed(patience, 0)) s the file has \(archive.ids.count) of \(events) events")
    }
}
