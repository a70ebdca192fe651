import AgentCore
import EventModel
import HTTPClient
import VSphere

/// The server as one collector uses it: a session, a reading collector, and probes - collectors with a latest page of
/// one event, which cost little to look at and to watch. It only performs steps; `HistoryReading` decides them.
///
/// Owned by its `VSphereEventsCollector`, which makes one call at a time. What it makes on the server it destroys: a
/// reading collector before the next one is made, all of them in `close`.
final class VSphereSource {
    /// A wait ends after so long, so that a poll does. In seconds.
    static let longestWait = 25

    let client: VSphereClient
    /// What is read; changed only while there is neither reading collector nor probe.
    var configuration: VSphereEventsConfiguration
    private let clock: AgentClock
    private(set) var reader: EventHistoryCollector?
    /// By entity; `everything` watches the whole server for several entities.
    private var probes: [Int: EventHistoryCollector] = [:]
    private var probesBegin: Timestamp?
    private var watch: CollectorWatch?
    private var canPush = true
    /// How much of `interval` is still to be waited.
    private var pause: Duration = .zero
    /// There are no collectors on this server: each read is a query.
    private(set) var readsByQuery = false
    /// The filter of the next query, until it was asked.
    private var query: EventFilterSpec?
    /// Collectors made in this session: a server gives each once, a repeated answer twice.
    private var made: Set<ManagedObjectReference> = []
    /// Remembered; more are made in weeks.
    private static let maximumMade = 4096
    private static let everything = -1

    init(client: VSphereClient, configuration: VSphereEventsConfiguration, clock: AgentClock) {
        (self.client, self.configuration, self.clock) = (client, configuration, clock)
    }

    /// Makes the reading collector, after destroying the one before.
    ///
    /// - Parameter maximumCount: the most events it shall give: the page, or for a server that counts all answers the
    ///   limit.
    func open(_ request: ReadingRequest, maximumCount: Int) async throws(VSphereError) {
        await closeReader()
        let begin = try await possibleBegin(request.begin)
        let filter = configuration.filter(
            entity: request.entity, begin: begin, end: request.end, maximumCount: maximumCount)
        if readsByQuery {
            query = filter
            return
        }
        do {
            reader = try await make(filter)
        } catch .notSupported {
            query = filter
        }
    }

    func readNext(_ count: Int) async throws(VSphereError) -> [VSphereEvent] {
        if let query {
            self.query = nil
            return try await client.queryEvents(query).events
        }
        guard let reader else { return [] }
        return try await reader.readNext(count).events
    }

    /// The latest page, with the position before it.
    func readLatest() async throws(VSphereError) -> [VSphereEvent] {
        guard let reader else { return [] }
        try await reader.reset()
        return try await reader.latestPage().sound()
    }

    func readPrevious(_ count: Int) async throws(VSphereError) -> [VSphereEvent] {
        guard let reader else { return [] }
        return try await reader.readPrevious(count).events
    }

    /// Destroys the reading collector. That the server does not know it any more is as good.
    func closeReader() async {
        query = nil
        guard let reader else { return }
        self.reader = nil
        try? await reader.destroy()
    }

    /// The newest visible event of an entity since `begin`.
    func newest(entity: Int, begin: Timestamp?) async throws(VSphereError) -> VSphereEvent? {
        try await probe(entity, begin: begin).latestPage().sound().newest
    }

    /// What ended a wait.
    enum Wake {
        case told(VSphereEvent?)
        case paused
        case timedOut
    }

    /// Waits until something happened, as long as `seconds` at the most, or for a part of `interval` where nothing is
    /// pushed.
    func wait(atMost seconds: Int, begin: Timestamp?) async throws -> Wake {
        if canPush {
            do throws(VSphereError) {
                return try await waitForPush(atMost: seconds, begin: begin)
            } catch .notSupported {
                canPush = false
            } catch .fault {
                canPush = false
            }
        }
        if pause <= .zero { pause = configuration.interval }
        let part = min(pause, .seconds(seconds))
        try await clock.sleep(part)
        pause -= part
        return pause > .zero ? .timedOut : .paused
    }

    private func waitForPush(atMost seconds: Int, begin: Timestamp?) async throws(VSphereError) -> Wake {
        if watch == nil {
            let entity = configuration.entities.count > 1 ? Self.everything : 0
            watch = try await probe(entity, begin: begin).watch()
        }
        guard let events = try await watch?.wait(atMost: seconds) else { return .timedOut }
        // Several entities are watched through all events: which entity this one is of is not known.
        return .told(configuration.entities.count > 1 ? nil : events.newest)
    }

    private func probe(_ entity: Int, begin: Timestamp?) async throws(VSphereError) -> EventHistoryCollector {
        if let probe = probes[entity] { return probe }
        let filter = configuration.filter(
            entity: entity == Self.everything ? nil : entity, begin: try await possibleBegin(begin), maximumCount: 1)
        let probe = try await make(filter)
        probes[entity] = probe
        try await probe.setPageSize(1)
        return probe
    }

    /// Makes a collector. That this server has none is believed when it says so twice: the first time it may have been
    /// the answer to another call.
    private func make(_ filter: EventFilterSpec) async throws(VSphereError) -> EventHistoryCollector {
        do {
            return try await makeOnce(filter)
        } catch .notSupported {
            do {
                return try await makeOnce(filter)
            } catch .notSupported(let fault) {
                (readsByQuery, canPush) = (true, false)
                throw .notSupported(fault)
            }
        }
    }

    private func makeOnce(_ filter: EventFilterSpec) async throws(VSphereError) -> EventHistoryCollector {
        let collector = try await client.createEventCollector(filter)
        if made.count >= Self.maximumMade { made = [] }
        guard made.insert(collector.reference).inserted else {
            throw .notVSphere("a new collector has the name of an earlier one, \"\(collector.reference.value)\"")
        }
        return collector
    }

    /// A beginning the server's clock has not reached would hide all that happens: the clock was set back, or the last
    /// event came from a host with a wrong one.
    private func possibleBegin(_ begin: Timestamp?) async throws(VSphereError) -> Timestamp? {
        guard let begin, begin > clock.now() else { return begin }
        let now = try await client.currentTime()
        return begin <= now ? begin : now.advanced(by: .seconds(-60))
    }

    /// Forgets all collectors: they went with their session.
    func forgetSession() {
        (reader, query, watch) = (nil, nil, nil)
        (probes, made) = ([:], [])
    }

    /// Destroys the probes and the watch: something about them is wrong.
    func closeProbes() async {
        if let watch { try? await watch.destroy() }
        for probe in probes.values { try? await probe.destroy() }
        (watch, probes) = (nil, [:])
    }

    /// Gives back everything on the server.
    func close() async {
        await closeReader()
        await closeProbes()
        try? await client.logout()
    }
}

extension EventPage {
    /// The events of a page that was read as a property; throws why it could not be read.
    fileprivate func sound() throws(VSphereError) -> [VSphereEvent] {
        guard events.isEmpty, let missing = missing.first else { return events }
        if missing.fault.name == "NotAuthenticated" { throw .notAuthenticated(missing.fault) }
        if missing.fault.name == "ManagedObjectNotFound" { throw .managedObjectNotFound(missing.fault) }
        throw .fault(missing.fault)
    }
}

extension [VSphereEvent] {
    /// The newest of a latest page, which has no order; one that cannot be placed when there is no other.
    fileprivate var newest: VSphereEvent? {
        let placed = compactMap { event in event.position.map { ($0, event) } }
        return placed.max { $0.0 < $1.0 }?.1 ?? first
    }
}
