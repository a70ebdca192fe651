import EventModel

extension VCenterState {
    /// `CreateFilter` on the `latestPage` of one collector.
    mutating func createFilter(_ call: VCenterCall, key: String) throws(VimFault) -> VCenterOutcome {
        guard settings.supportsPush else { throw .notSupported }
        let spec = call.arguments["spec"]
        guard let object = spec?["objectSet"]?["obj"] else { throw .invalidArgument("spec.objectSet") }
        guard sessions[key]?.collectors[object.text] != nil else {
            throw .notFound(object.attributes["type"] ?? "", object.text)
        }
        guard let path = spec?["propSet"]?["pathSet"]?.text, path == "latestPage" else {
            throw .invalidProperty(spec?["propSet"]?["pathSet"]?.text ?? "")
        }
        let filter = VCenterPropertyFilter(
            id: "session[\(key.prefix(8))]\(newId())", collector: object.text,
            reportsParts: call.arguments["partialUpdates"]?.text == "true")
        sessions[key]?.filters.append(filter)
        var content: [UInt8] = []
        content.append(reference: "returnval", "PropertyFilter", filter.id)
        return .answer(content)
    }

    /// `DestroyPropertyFilter`.
    mutating func destroyFilter(_ call: VCenterCall, key: String) throws(VimFault) -> VCenterOutcome {
        let count = sessions[key]?.filters.count
        sessions[key]?.filters.removeAll { $0.id == call.this.value }
        guard sessions[key]?.filters.count != count else { throw .notFound("PropertyFilter", call.this.value) }
        return .done
    }

    /// What changed since the version the client has; `.wait` while nothing did.
    mutating func waitForUpdates(
        _ call: VCenterCall, key: String, now: Timestamp
    ) throws(VimFault) -> VCenterOutcome {
        guard settings.supportsPush else { throw .notSupported }
        guard var session = sessions[key] else { throw .notAuthenticated(call.this.type, call.this.value) }
        if session.isWaitCancelled {
            sessions[key]?.isWaitCancelled = false
            throw .requestCanceled
        }
        try Self.rewind(&session, to: call.arguments["version"]?.text ?? "")
        let updates = collectUpdates(&session, now: now)
        if updates.isEmpty {
            if call.operation == "CheckForUpdates" { return .done }
            let seconds = call.arguments["options"]?["maxWaitSeconds"].flatMap { Int($0.text) }
            return .wait(limit: seconds.map { .seconds($0) })
        }
        session.version += 1
        sessions[key] = session
        return .answer(
            Array("<returnval><version>\(session.version)</version>".utf8) + updates + Array("</returnval>".utf8))
    }

    /// Sets back what was reported to what a client with that version knows.
    private static func rewind(_ session: inout VCenterSession, to version: String) throws(VimFault) {
        for index in session.filters.indices {
            if version.isEmpty {
                session.filters[index].reported = nil
            } else if version == "\(session.version - 1)" {
                session.filters[index].reported = session.filters[index].reportedBefore
            }
        }
        let known = ["", "\(session.version)", "\(session.version - 1)"]
        if !known.contains(version) { throw .invalidCollectorVersion }
    }

    private func collectUpdates(_ session: inout VCenterSession, now: Timestamp) -> [UInt8] {
        var updates: [UInt8] = []
        for index in session.filters.indices {
            let filter = session.filters[index]
            guard let collector = session.collectors[filter.collector] else { continue }
            let page = latestPage(of: collector, now: now)
            let ordinals = page.map(\.ordinal)
            session.filters[index].reportedBefore = filter.reported
            if filter.reported == ordinals { continue }
            session.filters[index].reported = ordinals
            updates.append(markup: "<filterSet>")
            updates.append(reference: "filter", "PropertyFilter", filter.id)
            updates.append(markup: "<objectSet><kind>\(filter.reported == nil ? "enter" : "modify")</kind>")
            updates.append(reference: "obj", "EventHistoryCollector", filter.collector)
            updates += changes(of: page, since: filter.reportsParts ? filter.reported : nil)
            updates.append(markup: "</objectSet></filterSet>")
        }
        return updates
    }

    /// The page as a whole, or its added and removed events.
    private func changes(of page: [StoredEvent], since reported: [Int]?) -> [UInt8] {
        guard let reported else {
            let value = encoded(val: "ArrayOfEvent", content: encodedPage(page))
            return Array("<changeSet><name>latestPage</name><op>assign</op>".utf8) + value
                + Array("</changeSet>".utf8)
        }
        var bytes: [UInt8] = []
        for event in page where !reported.contains(event.ordinal) {
            bytes.append(markup: "<changeSet><name>latestPage[\"\(event.key)\"]</name><op>add</op>")
            bytes += encoded(events: [event], as: "val", order: .oldestFirst)
            bytes.append(markup: "</changeSet>")
        }
        let before = store.events(from: reported.first ?? 0).prefix { $0.ordinal <= reported.last ?? 0 }
        for event in before
        where reported.contains(event.ordinal)
            && !page.contains(where: { $0.ordinal == event.ordinal })
        {
            bytes.append(markup: "<changeSet><name>latestPage[\"\(event.key)\"]</name><op>remove</op></changeSet>")
        }
        return bytes
    }
}
