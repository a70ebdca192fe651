package import AgentCore
import EventModel
import HTTPClient
import VSphere

/// Reads the events of one vCenter or ESXi host.
///
/// A poll brings one page of news, in the order of history, or waits for some: at most about 30 seconds. It logs in
/// lazily and again when the session is lost; the server-side collectors it makes are destroyed, and the session is
/// logged out, in `stop`. How history is read is decided by `KeptReading` or, for servers whose collectors cannot be
/// relied on, by `FreshReading`.
package actor VSphereEventsCollector: Collector {
    package static let kind = "vsphere-events"
    /// Faults met by making things anew within one poll; one more is thrown, and the runner backs off.
    private static let maximumRepairs = 3

    private(set) var configuration: VSphereEventsConfiguration
    /// No objects were named: the whole server is read.
    let readsEverything: Bool
    /// Objects were added or removed since the reading was made: it is made anew before the next read.
    var objectsChanged = false
    /// The objects to read from then on.
    var wanted: [EntityFilter]
    private let context: CollectorContext
    private var transport: (any HTTPTransport)?
    var source: VSphereSource?
    /// Names the server in checkpoints and in the events' source.
    private var server = ""
    private var keepsCollectors = false
    /// The server's collectors lost their place too often.
    private var isDistrusted = false
    /// The server told its newest event once: it is no simulator.
    private var tellsNewest = false
    /// That it does not tell was seen while it had events.
    private var wasAskedWithEvents = false
    private var isLoggedIn = false
    /// How this server is read was found out in this session.
    private var knowsServer = false
    /// The session was lost in this poll: a second time is an error, not a reason to log in again and again.
    private var loggedInAnew = false
    private var reading: (any HistoryReading)?
    private var translator: VSphereEventTranslator?
    /// The checkpoint the reading stands at.
    private var checkpoint: Checkpoint?
    /// The last wait ended without a wake-up.
    private var waitedInVain = false
    private var ahead: Task<[VSphereEvent], any Error>?

    package init(_ configuration: VSphereEventsConfiguration, in context: CollectorContext) throws {
        (self.configuration, self.context) = (configuration, context)
        (wanted, readsEverything) = (configuration.entities, configuration.entities.isEmpty)
    }

    package func poll(after checkpoint: Checkpoint?) async throws -> Batch {
        var repairs = 0
        loggedInAnew = false
        var wait = WaitBudget(clock: context.clock)
        while true {
            try Task.checkCancellation()
            if monitorsNothing {
                try await context.clock.sleep(configuration.interval)
                return Batch(events: [], checkpoint: nil)
            }
            do {
                try await connect()
                try await takeObjects()
                if reading == nil || checkpoint != self.checkpoint {
                    if let first = try await start(after: checkpoint) { return first }
                }
                if let batch = try await round(&wait) { return batch }
            } catch let error as VSphereError {
                repairs += 1
                guard repairs <= Self.maximumRepairs, try await repair(error) else {
                    reading?.lost()
                    throw error.thrown(by: configuration)
                }
            }
        }
    }

    package func probe() async throws -> String {
        do {
            try await connect()
            guard let source else { return "" }
            let about = try await source.client.serviceContent().about
            let lastHour = try await source.client.currentTime().advanced(by: .seconds(-3600))
            try await source.open(ReadingRequest(begin: lastHour), maximumCount: configuration.pageSize)
            let count = try await source.readNext(configuration.pageSize).count
            let some = count == configuration.pageSize ? "at least \(count) events" : "\(count) events"
            return "\(about.fullName) lets \"\(configuration.userName)\" read events: \(some) in the last hour"
        } catch let error as VSphereError {
            throw error.thrown(by: configuration)
        }
    }

    package func stop() async {
        await dropAhead()
        await source?.close()
        await transport?.close()
        (source, transport, reading) = (nil, nil, nil)
        (isLoggedIn, knowsServer, waitedInVain, checkpoint) = (false, false, false, nil)
    }

    /// Performs one step; gives a batch when there is something to commit or the poll has waited long enough.
    private func round(_ wait: inout WaitBudget) async throws -> Batch? {
        guard var reading, let source else { return nil }
        let step = reading.next
        if step == .wait, wait.isSpent { return batch([]) }
        let findings: [Finding]
        do {
            findings = try await perform(step, on: source, reading: &reading, wait: &wait)
        } catch {
            // The answer is lost, and with it the place the server's collector has moved to.
            if step != .wait { reading.lost() }
            self.reading = reading
            throw error
        }
        self.reading = reading
        if reading.isUnreliable { distrust() }
        if findings.isEmpty { return nil }
        // A server without events has no newest one to tell: it is asked once more.
        if !keepsCollectors, !wasAskedWithEvents { (wasAskedWithEvents, knowsServer) = (true, false) }
        // Nobody told of these: the watch may be dead.
        if waitedInVain { await source.closeProbes() }
        waitedInVain = false
        return batch(findings)
    }

    private func perform(
        _ step: ReadingStep, on source: VSphereSource, reading: inout any HistoryReading, wait: inout WaitBudget
    ) async throws -> [Finding] {
        let begin = reading.ledger.boundary.begin
        switch step {
        case .open(let request):
            await dropAhead()
            try await source.open(
                request, maximumCount: keepsCollectors ? configuration.pageSize : FreshReading.answerLimit)
            // One page was asked for; a query must be asked for all it gives.
            if source.readsByQuery, reading is KeptReading { useFreshReading(&reading) } else { reading.opened() }
            return []
        case .readNext(let count):
            return try await readNext(count, from: source, reading: &reading)
        case .readLatest:
            return reading.read(try await source.readLatest())
        case .readPrevious(let count):
            return reading.read(try await source.readPrevious(count))
        case .close:
            await dropAhead()
            await source.closeReader()
            return reading.closed()
        case .askNewest(let entity):
            do {
                return reading.told(try await source.newest(entity: entity, begin: begin))
            } catch VSphereError.notSupported where source.readsByQuery {
                useFreshReading(&reading)
                return []
            }
        case .wait:
            return try await self.wait(on: source, begin: begin, reading: &reading, budget: &wait)
        }
    }

    private func readNext(
        _ count: Int, from source: VSphereSource, reading: inout any HistoryReading
    ) async throws -> [Finding] {
        do {
            let events: [VSphereEvent]
            if let ahead {
                self.ahead = nil
                events = try await withTaskCancellationHandler {
                    try await ahead.value
                } onCancel: {
                    ahead.cancel()
                }
            } else {
                events = try await source.readNext(count)
            }
            return reading.read(events)
        } catch let error as VSphereError {
            let reason: String
            switch error {
            case .malformed(let answer): reason = "the answer could not be decoded: \(answer)"
            case .transport(.bodyTooLarge(let limit)): reason = "the answer is larger than \(limit) bytes"
            default: throw error
            }
            guard let findings = reading.undecodable(reason: reason) else { throw error }
            return findings
        }
    }

    private func wait(
        on source: VSphereSource, begin: Timestamp?, reading: inout any HistoryReading, budget: inout WaitBudget
    ) async throws -> [Finding] {
        switch try await source.wait(atMost: budget.take(), begin: begin) {
        case .told(let event):
            waitedInVain = false
            return reading.told(event)
        case .paused: reading.paused()
        case .timedOut:
            budget.spend()
            waitedInVain = true
            reading.timedOut()
        }
        return []
    }
}

// MARK: - Session

extension VSphereEventsCollector {
    /// Logs in and finds out what the server is, once.
    func connect() async throws {
        if isLoggedIn, knowsServer { return }
        let source = try source ?? newSource()
        self.source = source
        let content = try await source.client.serviceContent()
        server = content.about.instanceUuid ?? "host:\(configuration.host)"
        if !isLoggedIn { try await source.client.login() }
        isLoggedIn = true
        try await chooseReading()
        knowsServer = true
        // The reading may have been chosen in another session, or before the server had an event.
        guard let reading, keepsCollectors != reading is KeptReading else { return }
        self.reading = newReading(at: reading.ledger.boundary, expectsStretch: true)
    }

    /// Who does not tell its newest event is a simulator, whose collectors lose their place.
    private func chooseReading() async throws {
        guard configuration.entityCount == 1, !isDistrusted, let source, !source.readsByQuery else {
            keepsCollectors = false
            return
        }
        if try await source.client.latestEvent() != nil { tellsNewest = true }
        keepsCollectors = tellsNewest
    }

    private func newSource() throws -> VSphereSource {
        let transport = try context.transport(configuration.connection)
        self.transport = transport
        let (userName, password, secrets) = (configuration.userName, configuration.password, context.secrets)
        let client = VSphereClient(url: configuration.url, transport: transport) {
            VSphereCredentials(userName: userName, password: try secrets.read(password))
        }
        return VSphereSource(client: client, configuration: configuration, clock: context.clock)
    }

    /// Makes anew what a fault says is gone. Returns false for a fault that is no such thing.
    private func repair(_ error: VSphereError) async throws -> Bool {
        guard let source else { return false }
        await dropAhead()
        switch error {
        case .notAuthenticated:
            guard isLoggedIn, !loggedInAnew else { return false }
            // Should it be there after all, because the answer was to another call, it must not be left behind.
            try? await source.client.logout()
            forgetSession(of: source)
        case .managedObjectNotFound, .invalidState:
            await source.closeReader()
            await source.closeProbes()
            // Collectors whose making was not answered count against the session's limit: they go with it.
            if case .invalidState = error, isLoggedIn, !loggedInAnew {
                try? await source.client.logout()
                forgetSession(of: source)
            }
        default:
            return false
        }
        reading?.lost()
        return true
    }

    private func forgetSession(of source: VSphereSource) {
        (isLoggedIn, knowsServer, loggedInAnew) = (false, false, true)
        source.forgetSession()
    }

    private func dropAhead() async {
        guard let ahead else { return }
        self.ahead = nil
        ahead.cancel()
        _ = try? await ahead.value
    }
}

// MARK: - Reading

extension VSphereEventsCollector {
    /// Begins to read at a checkpoint, or where the configuration says. Then the first batch is the place it begins at,
    /// so that a crash before the first event loses none.
    private func start(after checkpoint: Checkpoint?) async throws -> Batch? {
        await dropAhead()
        var boundary = ReadingBoundary(begin: nil)
        var sameFilter = true
        if let checkpoint {
            let place = try VSphereCheckpoint(checkpoint)
            guard place.server == server else {
                throw CollectorError.unusableCheckpoint(
                    "the checkpoint is of the server \"\(place.server)\", but \"\(configuration.url)\" is \"\(server)\": "
                        + "give the collector another name to start anew, or mend the URL")
            }
            (boundary, sameFilter) = (place.boundary, place.filter == configuration.filterFingerprint)
        } else if let source {
            boundary = ReadingBoundary(begin: configuration.start.begin(now: try await source.client.currentTime()))
        }
        translator = VSphereEventTranslator(source: "vsphere://\(server)", overrides: configuration.overrides)
        reading = newReading(at: boundary, expectsStretch: sameFilter)
        self.checkpoint = checkpoint
        return checkpoint == nil ? batch([]) : nil
    }

    private func newReading(at boundary: ReadingBoundary, expectsStretch: Bool) -> any HistoryReading {
        if keepsCollectors {
            return KeptReading(boundary: boundary, pageSize: configuration.pageSize, expectsStretch: expectsStretch)
        }
        // To ask takes a collector. Who is not trusted any more has told it before.
        let asksNewest = configuration.entityCount > 1 || isDistrusted
        return FreshReading(
            boundary: boundary, pageSize: configuration.pageSize, entities: configuration.entityCount,
            asksNewest: asksNewest && source?.readsByQuery != true, expectsStretch: expectsStretch)
    }

    /// The server's collectors lost their place too often: reads with new ones from now on.
    private func distrust() {
        guard keepsCollectors, let reading else { return }
        (keepsCollectors, isDistrusted) = (false, true)
        self.reading = newReading(at: reading.ledger.boundary, expectsStretch: true)
    }

    /// From the next read on, what was added is read and what was removed is not; at the place reached.
    private func takeObjects() async throws {
        guard objectsChanged else { return }
        let objects = wanted
        configuration.entities = objects
        await dropAhead()
        await source?.closeReader()
        await source?.closeProbes()
        source?.configuration = configuration
        try await chooseReading()
        // What the removed objects had told does not come again, and need not.
        reading = reading.map { newReading(at: $0.ledger.boundary, expectsStretch: false) }
        // While the server answered, somebody may have asked for others.
        objectsChanged = objects != wanted
    }

    /// The server has no collectors: each read is a query.
    private func useFreshReading(_ reading: inout any HistoryReading) {
        keepsCollectors = false
        reading = newReading(at: reading.ledger.boundary, expectsStretch: true)
    }

    /// Translates findings; the next page is read while this one is translated, encoded and committed.
    private func batch(_ findings: [Finding]) -> Batch {
        guard let reading else { return Batch(events: [], checkpoint: nil) }
        if !findings.isEmpty, reading.readsOn, case .readNext(let count) = reading.next, let reader = source?.reader {
            ahead = Task { try await reader.readNext(count).events }
        }
        var events: [Event] = []
        events.reserveCapacity(findings.count)
        for finding in findings {
            switch finding {
            case .event(let event, let time):
                if let translated = translator?.translate(event, time: time) { events.append(translated) }
            case .gap(let gap):
                events.append(gap.event(source: "vsphere://\(server)", collector: context.name))
            }
        }
        if !findings.isEmpty || checkpoint == nil {
            checkpoint = VSphereCheckpoint(
                server: server, filter: configuration.filterFingerprint, boundary: reading.ledger.boundary
            ).encoded()
        }
        return Batch(events: events, checkpoint: checkpoint)
    }
}
