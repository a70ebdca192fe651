package import EventModel
package import VSphere

/// VSphereEvent → Event; pure but for a memory of rules and a buffer it reuses.
///
/// - The id is `<createdTime>/<key>`, the time in RFC 3339: the same for every reading of the event. The key alone is
///   not enough: it wraps.
/// - The type comes from `TypeTable` and the configuration's overrides. A kind nobody knows is `vm.other` when it names
///   a virtual machine, `host.other` when it names a host, and `vsphere.other` otherwise.
/// - The severity is the event's own where it tells one, else the table's; an alarm's follows its new colour.
/// - `data` is what the decoder kept, unchanged.
/// - An event without a readable key or time cannot have that id: see `damaged`.
package struct VSphereEventTranslator: Sendable {
    private let source: String
    private var rules: TypeRules
    private var knownKinds = TokenMemory<EventKind>()
    private var knownGuests = TokenMemory<Guest?>()
    private var knownSurroundings = TokenMemory<RelatedObjects>()
    private var times = TimestampWriter()
    private var idBytes: [UInt8] = []

    /// - Parameter source: the CloudEvents `source` of all events: `vsphere://<instanceUuid>`.
    package init(source: String, overrides: [TypeOverride] = []) {
        self.source = source
        rules = TypeRules(overrides: overrides)
    }

    /// Translates one event. `time` stands in for the time of a damaged one: that of its neighbour on the page.
    package mutating func translate(_ event: VSphereEvent, time: Timestamp) -> Event {
        guard let created = event.createdTime, let key = event.key else { return damaged(event, time: time) }
        let kind = knownKinds.value(for: event.kindToken) {
            EventKind(of: event, rule: rules.rule(className: event.className, eventTypeId: event.eventTypeId))
        }
        return Event(
            id: id(created, key), source: source, type: kind.type ?? Self.otherType(of: event), time: created,
            severity: kind.tellsColour ? Self.alarmSeverity(of: event) ?? kind.severity : kind.severity,
            change: kind.change, guest: knownGuests.value(for: event.guestToken) { event.guest },
            related: knownSurroundings.value(for: event.surroundingsToken) { event.relatedObjects },
            data: event.damage.map { Self.data(of: event, damage: $0) } ?? event.fields)
    }

    /// What the events of one collector share.
    private mutating func id(_ time: Timestamp, _ key: Int32) -> String {
        idBytes.removeAll(keepingCapacity: true)
        times.append(time, to: &idBytes)
        idBytes.append(UInt8(ascii: "/"))
        idBytes.appendDecimal(Int64(key))
        return String(decoding: idBytes, as: UTF8.self)
    }

    /// An event without key or time: named by its content, so that reading it again gives the same id, and two with the
    /// same content are one.
    private func damaged(_ event: VSphereEvent, time: Timestamp) -> Event {
        Event(
            id: "damaged/\(Self.contentHash(of: event).text)", source: source, type: "vsphere.other", time: time,
            severity: .warning, guest: event.guest, related: event.relatedObjects,
            data: Self.data(of: event, damage: event.damage ?? "the event has no key or no time"))
    }

    /// What names an event without key or time.
    static func contentHash(of event: VSphereEvent) -> StableHash {
        var hash = StableHash()
        hash.add(event.className.utf8)
        hash.add([0])
        hash.add(event.fields.bytes)
        return hash
    }

    /// The fields with what is wrong put in front.
    private static func data(of event: VSphereEvent, damage: String) -> JSONText {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("guestwatch.damage")
        writer.string(damage)
        var bytes = writer.bytes
        if event.fields != .emptyObject { bytes.append(UInt8(ascii: ",")) }
        bytes.append(contentsOf: event.fields.bytes.dropFirst())
        return JSONText(trusted: bytes[...])
    }

    /// The type of an event nobody has a rule for.
    private static func otherType(of event: VSphereEvent) -> EventType {
        if event.vm != nil { return "vm.other" }
        return event.host != nil ? "host.other" : TypeRule.other.type
    }

    /// The colour an alarm changed to stands in `to`, the last of the fields. They are searched from behind, not
    /// parsed: within a JSON string these bytes cannot occur, as its quotes are escaped.
    private static func alarmSeverity(of event: VSphereEvent) -> Severity? {
        guard let colour = event.fields.text(after: #""to":""#) else { return nil }
        if colour.starts(with: "red\"".utf8) { return .error }
        if colour.starts(with: "yellow\"".utf8) { return .warning }
        return colour.starts(with: "green\"".utf8) ? .info : nil
    }
}

/// What the events of one foreign kind have in common.
private struct EventKind: Sendable {
    /// Nil for a kind nobody has a rule for.
    var type: EventType?
    var severity: Severity
    var change: Change
    /// The severity is the rule's, unless the colour of the alarm says more.
    var tellsColour: Bool

    init(of event: VSphereEvent, rule: TypeRule) {
        type = rule.type == TypeRule.other.type ? nil : rule.type
        change = rule.change
        let own: Severity? =
            switch event.severity {
            case "error": .error
            case "warning": .warning
            case "info": .info
            case "user": .notice
            default: nil
            }
        tellsColour = event.className == "AlarmStatusChangedEvent" && !rule.holdsSeverity
        severity = rule.holdsSeverity || tellsColour ? rule.severity : own ?? rule.severity
    }
}

extension JSONText {
    /// What follows the last occurrence of `part`.
    fileprivate func text(after part: StaticString) -> ArraySlice<UInt8>? {
        let part = Array(part.description.utf8)
        var start = bytes.endIndex - part.count
        while start >= bytes.startIndex {
            if bytes[start] == part[0], bytes[start...].starts(with: part) { return bytes[(start + part.count)...] }
            start -= 1
        }
        return nil
    }
}
