package import AgentCore
package import EventModel

/// One rule of a translator: which lines it is meant for, and the event they become.
package struct LineRule: Configurable {
    /// Which lines; nil: every one.
    package var match: LineMatch?
    /// Lines of this rule become no event.
    package var drops: Bool
    package var type: EventType?
    /// The dynamic id of a vSphere event: the type table for vCenter events gives type and severity where it knows it.
    package var eventTypeId: LineTemplate?
    package var severity: Severity?
    package var change: Change
    package var guest: GuestTemplate?
    package var message: LineTemplate?
    package var fields: NamedValues<LineTemplate>

    package init(from reader: inout ConfigurationReader) {
        match = reader.optional("match", .object(), "Which lines; without it every line.")
        drops = reader.optional("drop", .boolean, default: false, "True: these lines are filtered, and counted.")
        type = reader.optional("type", .eventType, "The type of their events, such as \"vm.powered-on\".")
        eventTypeId = reader.optional(
            "eventTypeId", .template,
            "A vSphere event id, such as \"${id}\": type and severity are those of vCenter's event, where it is known.")
        severity = reader.optional("severity", .choice(), "Their severity; else the line's own, else info.")
        change = reader.optional("change", .choice(), default: .none, "What they do to the set of known things.")
        guest = reader.optional("guest", .object(), "The guest they are about.")
        message = reader.optional("message", .template, "The sentence a person reads: \"${vm} was started\".")
        fields = reader.optional(
            "fields", .named(.template), default: NamedValues(),
            "Members of \"data\" beside the line's own; left out where the line lacks a field they ask for.")
        if drops {
            let others = [type != nil, severity != nil, guest != nil, message != nil, eventTypeId != nil]
            if others.contains(true) { reader.problem("a rule with \"drop\" makes no event: it says nothing of one") }
        } else if type == nil {
            reader.problem("a rule needs a \"type\", or \"drop\": true")
        }
    }

    /// The names its templates ask for.
    var names: [String] {
        let templates = [eventTypeId, message, guest?.id, guest?.name, guest?.host] + fields.members.map { $0.value }
        return templates.flatMap { $0?.names ?? [] }
    }
}

/// The guest of an event, from the fields of a line.
package struct GuestTemplate: Configurable {
    package var kind: Guest.Kind
    package var id: LineTemplate
    package var name: LineTemplate?
    package var host: LineTemplate?

    package init(from reader: inout ConfigurationReader) {
        kind = reader.required("kind", .choice(), "\"vm\" or \"container\".")
        id = reader.required(
            "id", .template, "What the source knows it by: \"${uuid}\". No guest where the line lacks it.")
        name = reader.optional("name", .template, "What people call it.")
        host = reader.optional("host", .template, "The host it runs on: \"${host.name}\" is this one.")
    }

    func guest(_ fields: inout LineFields, _ surroundings: LineSurroundings) -> Guest? {
        func text(_ template: LineTemplate?) -> String? {
            template?.write(to: &fields, surroundings: surroundings).map { fields.string($0) }
        }
        guard let id = text(id) else { return nil }
        return Guest(kind: kind, id: id, name: text(name), host: text(host))
    }
}
