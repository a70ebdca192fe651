package import EventModel

/// Makes events of what osctld says.
package struct OsctldTranslator: Sendable {
    private let happenings: RuntimeHappenings
    private let commands: Bool

    /// `commands`: whether the commands given to osctld are told; their options may hold secrets.
    package init(host: String, commands: Bool) {
        happenings = RuntimeHappenings(runtime: "osctl", host: host)
        self.commands = commands
    }

    /// `osctl://hv1`.
    var source: String { happenings.source }

    /// The event, and what it is about; nil for what is no news, or not asked for.
    package func translate(_ event: OsctldEvent, in reading: inout OsctldReading, at time: Timestamp)
        -> EngineHappening?
    {
        let options = event.options
        let id = options["id"]?.string ?? options["id"]?.integer.map { String($0) } ?? ""
        let said = [JSONValue.Member("type", .string(event.type))] + (options.members ?? [])
        let pool = options["pool"]?.string
        let guest = Guest(kind: .container, id: id, name: id, host: happenings.host)
        func fact(_ fact: GuestFact, _ part: String = "") -> EngineHappening {
            let event = fact.event(
                of: guest, id: "osctl/\(id)/\(fact.word)\(part)/\(time.nanoseconds)", source: source, at: time)
            return EngineHappening(event: with(said, in: event, pool: pool))
        }
        switch event.type {
        case "state", "runtime_state":
            guard !id.isEmpty, let state = options["state"]?.string ?? options["runtime_state"]?.string,
                let word = reading.take(state: state, of: "\(pool ?? "")/\(id)")
            else { return nil }
            return happenings.happening(word, of: id, at: time, said: said, pool: pool)
        case "ct_exit":
            let word = options["exit_type"]?.string == "reboot" ? "rebooted" : "halted"
            return happenings.happening(word, of: id, at: time, said: said, pool: pool)
        case "ct_init_pid":
            return options["init_pid"]?.integer.map { fact(.initPidFound(Int($0))) } ?? other(event, id, said, time)
        case "ct_scheduled":
            guard let package = options["cpu_package_inuse"]?.integer else { return other(event, id, said, time) }
            return fact(.scheduled(cpuPackage: Int(package)))
        case "ct_netif":
            return netif(options).map { fact($0.fact, "/\($0.name)") } ?? other(event, id, said, time)
        case "db": return inventory(options, id, time)
        case "osctld_shutdown": return stopped(time)
        case "management":
            return commands ? other(event, id, said, time) : nil
        default: return other(event, id, said, time)
        }
    }

    private func netif(_ options: JSONValue) -> (fact: GuestFact, name: String)? {
        guard let name = options["name"]?.string else { return nil }
        switch options["action"]?.string {
        case "add": return (.interfaceAdded(name), name)
        case "remove": return (.interfaceRemoved(name), name)
        case "rename": return (.interfaceRenamed(name, to: options["new_name"]?.string ?? ""), name)
        case "up": return (.interfaceUp(name, peer: options["veth"]?.string), name)
        case "down": return (.interfaceDown(name), name)
        default: return nil
        }
    }

    private func inventory(_ options: JSONValue, _ id: String, _ time: Timestamp) -> EngineHappening {
        let object = InventoryObject(
            kind: options["object"]?.string ?? "object", id: id, pool: options["pool"]?.string)
        let name = "osctl/\(object.kind)/\(id)/\(options["action"]?.string ?? "")/\(time.nanoseconds)"
        let event =
            options["action"]?.string == "remove"
            ? object.removed(id: name, source: source, at: time) : object.added(id: name, source: source, at: time)
        return EngineHappening(event: event)
    }

    private func stopped(_ time: Timestamp) -> EngineHappening {
        EngineHappening(
            event: Event(
                id: "osctl/stopped/\(time.nanoseconds)", source: source, type: "engine.stopped", time: time,
                severity: .notice, data: JSONText(["message": "osctld is shutting down."])))
    }

    private func other(
        _ event: OsctldEvent, _ id: String, _ said: [JSONValue.Member], _ time: Timestamp
    ) -> EngineHappening {
        let isGuest = event.type.hasPrefix("ct_")
        return EngineHappening(
            event: Event(
                id: "osctl/\(event.type)/\(id)/\(time.nanoseconds)", source: source,
                type: isGuest ? "container.other" : "engine.object-changed", time: time,
                guest: isGuest ? Guest(kind: .container, id: id, name: id, host: happenings.host) : nil,
                data: JSONText(.object([.init("message", .string("osctld: \(event.type) \(id)."))] + said))))
    }

    private func with(_ said: [JSONValue.Member], in event: Event, pool: String?) -> Event {
        var event = event
        if let pool { event.related = [RelatedObject(kind: "pool", id: pool)] }
        let own = (try? event.data.parsed().members) ?? []
        event.data = JSONText(.object(own + said.filter { member in !own.contains { $0.name == member.name } }))
        return event
    }
}
