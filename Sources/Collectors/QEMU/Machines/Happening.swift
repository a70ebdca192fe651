package import EventModel

/// Between these times something happened, and nobody knows when.
package struct Window: Sendable, Hashable {
    package var from: Timestamp
    package var to: Timestamp

    package init(from: Timestamp, to: Timestamp) {
        (self.from, self.to) = (from, to)
    }
}

/// Something that happened to a machine, on its way to an event.
struct Happening {
    /// What it is called in the event's id, behind the life.
    var word: String
    var type: EventType
    var severity: Severity
    var change = Change.set
    var time: Timestamp
    /// Behind the machine's name, or whole.
    var sentence: String
    var isWhole = false
    var members: [JSONValue.Member] = []
    var window: Window?
    /// It may happen again at any time: the time is part of its id.
    var isRepeatable = false
    /// The storm limit holds for it, at this time.
    var limitedAt: Timestamp?

    func id(in life: QEMULife) -> String {
        "\(life.text)/\(word)" + (isRepeatable ? "/\(time.rfc3339)" : "")
    }

    func event(of machine: KnownMachine, host: String) -> Event {
        var data: [JSONValue.Member] = [
            .init("message", .string(isWhole ? sentence : "\(machine.title) \(sentence)")),
            .init("pid", .number("\(machine.life.pid)")),
        ]
        if let window {
            data.append(.init("between", .array([.string(window.from.rfc3339), .string(window.to.rfc3339)])))
        }
        return Event(
            id: id(in: machine.life), source: "qemu://\(host)", type: type, time: time, severity: severity,
            change: change, guest: Guest(kind: .vm, id: machine.id, name: machine.name, host: host),
            data: JSONText(.object(data + members)))
    }
}
