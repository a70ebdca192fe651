import EventModel

/// Brings together what an engine says and what the kernel's side knows: one happening, one event, the richer one.
struct EngineJoining: Sendable {
    let guests: HostGuests

    /// The events of a report: itself, or what it adds to what the kernel's side told before it.
    func events(of report: EngineHappening, noting recent: inout RecentTellings) -> [Event] {
        guard var happening = report.happening, happening.isJoined else { return [report.event] }
        happening.incarnation = guests.incarnation(of: happening.key, word: happening.word, at: happening.time)
        // Two starts of one life cannot be: then the life is another one, which the kernel's side has not seen.
        if happening.isOnceInALife, happening.incarnation != nil, !recent.claim(happening.id, at: happening.time) {
            happening.incarnation = nil
        }
        if happening.word == "exited" { guests.exited(happening.key, at: happening.time) }
        var event = report.event
        event.id = happening.id
        if let life = happening.incarnation { event.data = Self.data(event.data, of: life) }
        let isFirst = guests.tell(happening, by: .engine)
        recent.note(happening, isTold: isFirst)
        if isFirst { return [event] }
        let described = Self.described(event, after: happening)
        // Under one id both may be told: should the kernel's side not have come to commit it, this one counts.
        return happening.isOnceInALife && happening.incarnation != nil ? [event, described] : [described]
    }

    private static func described(_ event: Event, after happening: HostHappening) -> Event {
        var described = event
        described.id = "\(happening.id)/described"
        (described.type, described.severity, described.change) = ("container.described", .info, .set)
        return described
    }

    /// What the kernel knows of the first process, in front of what the engine said.
    private static func data(_ data: JSONText, of life: ContainerIncarnation) -> JSONText {
        guard let members = try? data.parsed().members else { return data }
        let kernel: [JSONValue.Member] = [
            .init("pid", .number("\(life.pid)")), .init("processStarted", .string(life.started.rfc3339)),
        ]
        return JSONText(.object(Array(members.prefix(1)) + kernel + members.dropFirst()))
    }
}
