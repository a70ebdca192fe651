import EventModel

/// Makes events of what a runtime without an HTTP API says: one word about one container.
struct RuntimeHappenings: Sendable {
    /// `lxc`, `osctl`: as the kernel's side calls it.
    var runtime: String
    var host: String

    /// `lxc://hv1`.
    var source: String { "\(runtime)://\(host)" }

    /// The event, and what it is about. `word` is the second word of the type.
    func happening(
        _ word: String, of id: String, at time: Timestamp, said: [JSONValue.Member], pool: String? = nil
    ) -> EngineHappening {
        let happening = HostHappening(
            key: ContainerKey(runtime: runtime, id: id), word: word, incarnation: nil, time: time)
        let message = Self.sentences[word].map { "\(id) \($0)" } ?? "\(id): \(word)."
        let (severity, change) = Self.weights[word] ?? (.info, .none)
        var event = Event(
            id: happening.id, source: source, type: EventType(rawValue: "container.\(word)"), time: time,
            severity: severity, change: change, guest: Guest(kind: .container, id: id, name: id, host: host),
            data: JSONText(.object([.init("message", .string(message))] + said)))
        if let pool { event.related = [RelatedObject(kind: "pool", id: pool)] }
        return EngineHappening(event: event, happening: happening)
    }

    private static let sentences = [
        "started": "was started.", "exited": "exited.", "stopped": "was stopped.", "paused": "was paused.",
        "resumed": "goes on.", "failed": "ended because of an error.", "halted": "was shut down from inside.",
        "rebooted": "was restarted from inside.",
    ]

    private static let weights: [String: (Severity, Change)] = [
        "started": (.notice, .set), "exited": (.info, .set), "stopped": (.info, .set), "paused": (.notice, .set),
        "resumed": (.notice, .set), "failed": (.error, .set), "halted": (.notice, .none),
        "rebooted": (.notice, .none),
    ]
}
