import EventModel

extension VCenterState {
    /// `CreateCollectorForEvents`: up to the session's limit.
    mutating func createCollector(
        _ call: VCenterCall, key: String, now: Timestamp
    ) throws(VimFault) -> VCenterOutcome {
        let filter = try FixtureFilter(call.arguments["filter"])
        let pageSize = filter.maxCount ?? Self.defaultPageSize
        guard (1...Self.maxPageSize).contains(pageSize) else { throw .invalidArgument("filter.maxCount") }
        guard sessions[key]?.collectors.count ?? 0 < settings.maxCollector else { throw .invalidState }
        let id = "session[\(key.prefix(8))]\(newId())"
        sessions[key]?.collectors[id] = VCenterCollector(filter: filter, createdTime: now, pageSize: pageSize)
        var content: [UInt8] = []
        content.append(reference: "returnval", "EventHistoryCollector", id)
        return .answer(content)
    }

    /// The operations of one `EventHistoryCollector`.
    mutating func callCollector(_ call: VCenterCall, key: String) throws(VimFault) -> VCenterOutcome {
        let id = call.this.value
        guard var collector = sessions[key]?.collectors[id] else { throw .notFound("EventHistoryCollector", id) }
        var content: [UInt8] = []
        switch call.operation {
        case "DestroyCollector":
            sessions[key]?.collectors[id] = nil
            sessions[key]?.filters.removeAll { $0.collector == id }
            return .done
        case "RewindCollector": collector.position = 0
        case "ResetCollector":
            let page = lastMatches(of: collector, count: collector.pageSize)
            collector.position = page.first?.ordinal ?? store.endOrdinal
        case "ReadNextEvents": content = try readNext(&collector, maxCount: call.integer("maxCount"))
        case "ReadPreviousEvents": content = try readPrevious(&collector, maxCount: call.integer("maxCount"))
        default: collector.pageSize = try Self.checked(call.integer("maxCount"))
        }
        sessions[key]?.collectors[id] = collector
        return .answer(content)
    }

    /// `QueryEvents`: all matching events, or the newest of them.
    func queryEvents(_ call: VCenterCall) throws(VimFault) -> VCenterOutcome {
        guard settings.supportsQueryEvents else { throw .notSupported }
        let filter = try FixtureFilter(call.arguments["filter"])
        var found = store.events(from: 0).filter { filter.matches($0, in: settings.inventory) }
        if let maxCount = filter.maxCount { found = Array(found.suffix(try Self.checked(maxCount))) }
        return .answer(encoded(found, hidingMessages: filter.disablesMessage))
    }

    /// A window of `maxCount` matching events from the position on; those the user may not see are left out of the
    /// answer, though not out of the window: so an empty answer is not the end.
    private func readNext(_ collector: inout VCenterCollector, maxCount: Int?) throws(VimFault) -> [UInt8] {
        let maxCount = try Self.checked(maxCount)
        var window: [StoredEvent] = []
        for event in store.events(from: collector.position) {
            if window.count == maxCount { break }
            collector.position = event.ordinal + 1
            if collector.filter.matches(event, in: settings.inventory) { window.append(event) }
        }
        return encoded(window, hidingMessages: collector.filter.disablesMessage)
    }

    private func readPrevious(_ collector: inout VCenterCollector, maxCount: Int?) throws(VimFault) -> [UInt8] {
        let maxCount = try Self.checked(maxCount)
        var window: [StoredEvent] = []
        for event in store.events(before: collector.position).reversed() {
            if window.count == maxCount { break }
            collector.position = event.ordinal
            if collector.filter.matches(event, in: settings.inventory) { window.append(event) }
        }
        return encoded(window.reversed(), hidingMessages: collector.filter.disablesMessage)
    }

    private static func checked(_ maxCount: Int?) throws(VimFault) -> Int {
        guard let maxCount, (1...maxPageSize).contains(maxCount) else { throw .invalidArgument("maxCount") }
        return maxCount
    }

    /// The newest matching events, oldest first.
    private func lastMatches(of collector: VCenterCollector, count: Int) -> [StoredEvent] {
        var found: [StoredEvent] = []
        for event in store.events(from: 0).reversed() {
            if found.count == count { break }
            if collector.filter.matches(event, in: settings.inventory) { found.append(event) }
        }
        return found.reversed()
    }

    /// What `latestPage` shows now, oldest first.
    func latestPage(of collector: VCenterCollector, now: Timestamp) -> [StoredEvent] {
        guard isInitialized(collector, now: now) else { return [] }
        return lastMatches(of: collector, count: collector.pageSize).filter(isVisible)
    }

    /// Whether `latestPage` is filled; at once unless the filter asks for `delayedInit`.
    func isInitialized(_ collector: VCenterCollector, now: Timestamp) -> Bool {
        !collector.filter.isInitializedLater || now.since(collector.createdTime) >= settings.initializationDelay
    }

    private func isVisible(_ event: StoredEvent) -> Bool {
        event.isVisible && !settings.hiddenKeys.contains { $0.contains(event.key) }
    }

    private func encoded(_ events: [StoredEvent], hidingMessages: Bool) -> [UInt8] {
        let visible = events.filter(isVisible)
        return encoded(
            events: visible, as: "returnval", order: settings.pageOrder, hidingMessages: hidingMessages)
    }
}
