package import EventModel

extension EngineTranslator {
    /// A container of the engine's list, at the first look: what it is called and made of. Nil for what is none.
    package func described(_ container: JSONValue, at time: Timestamp) -> Event? {
        guard let id = container["Id"]?.string, !id.isEmpty else { return nil }
        let name = container["Names"]?.array?.first?.string.map { String($0.drop { $0 == "/" }) }
        let state = container["State"]?.string ?? "known"
        let message =
            "\(name ?? String(id.prefix(12))) is \(state)\(container["Image"]?.string.map { ", made of \($0)" } ?? "")."
        // A command line may hold secrets.
        let members = (container.members ?? []).filter { $0.name != "Command" || commands }
        return Event(
            id: "\(runtime)/\(id)/described/\(time.nanoseconds)", source: source, type: "container.described",
            time: time, change: .set, guest: Guest(kind: .container, id: id, name: name, host: host),
            data: JSONText(.object([.init("message", .string(message))] + members)))
    }

    /// What the engine kept no longer when we came back: `agent.collector-gap`, with both ends.
    func gap(from: Timestamp, to: Timestamp, buffered: Int, collector: String) -> Event {
        Event(
            id: "gap/\(from.rfc3339)/\(to.rfc3339)", source: source, type: "agent.collector-gap", time: to,
            severity: .error,
            data: JSONText([
                "message": .string(
                    "Events between \(from.rfc3339) and \(to.rfc3339) may be missing: the engine keeps \(buffered) only."
                ),
                "collector": .string(collector), "from": ["time": .string(from.rfc3339)],
                "to": ["time": .string(to.rfc3339)],
            ]))
    }
}
