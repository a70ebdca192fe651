/// Somebody at work on the simulator: makes events by doing what administrators do.
package final class VCSimDriver: Sendable {
    /// A virtual machine by its managed object id.
    package struct Machine: Sendable, Hashable {
        /// `vm-41`.
        package var id: String
        /// As it was given.
        package var name: String
        /// Powered on when it was looked at.
        package var isOn: Bool
    }

    private struct Place: Sendable {
        var folder: String
        var pool: String
        var host: String
    }

    private let caller: SOAPCaller
    private let names: [String: String]

    /// Logs in.
    package init(_ caller: SOAPCaller, _ model: VCSim.Model) async throws {
        self.caller = caller
        let content = try await caller.call("RetrieveServiceContent", on: ("ServiceInstance", "ServiceInstance"))
        names = (content["returnval"]?.children ?? []).reduce(into: [:]) { $0[$1.name] = $1.text }
        try await caller.login(model.userName, model.password, manager: names["sessionManager"] ?? "")
    }

    /// All virtual machines, by id.
    package func machines() async throws -> [Machine] {
        let view = try await caller.call(
            "CreateContainerView", on: ("ViewManager", name("viewManager")),
            "<container type=\"Folder\">\(name("rootFolder"))</container><type>VirtualMachine</type>"
                + "<recursive>true</recursive>")
        let id = ("ContainerView", view["returnval"]?.text ?? "")
        let found = try await properties(["view"], of: id)["view"]?.children.map(\.text) ?? []
        try await caller.call("DestroyView", on: id)
        var machines: [Machine] = []
        for id in found {
            let values = try await properties(["name", "runtime.powerState"], of: ("VirtualMachine", id))
            let isOn = values["runtime.powerState"]?.text == "poweredOn"
            machines.append(Machine(id: id, name: values["name"]?.text ?? "", isOn: isOn))
        }
        return machines.sorted { $0.id < $1.id }
    }

    /// VmStartingEvent, VmPoweredOnEvent.
    package func powerOn(_ machine: Machine) async throws { try await run("PowerOnVM_Task", on: machine) }

    /// VmStoppingEvent, VmPoweredOffEvent.
    package func powerOff(_ machine: Machine) async throws { try await run("PowerOffVM_Task", on: machine) }

    /// VmReconfiguredEvent.
    package func reconfigure(_ machine: Machine, memoryMB: Int) async throws {
        try await run("ReconfigVM_Task", on: machine, "<spec><memoryMB>\(memoryMB)</memoryMB></spec>")
    }

    /// VmRemovedEvent; the machine must be off.
    package func destroy(_ machine: Machine) async throws { try await run("Destroy_Task", on: machine) }

    /// VmBeingClonedEvent, VmBeingCreatedEvent, VmCreatedEvent and others, VmClonedEvent.
    package func clone(_ machine: Machine, as name: String) async throws -> Machine {
        let place = try await place(of: machine)
        let result = try await run(
            "CloneVM_Task", on: machine,
            "<folder type=\"Folder\">\(place.folder)</folder><name>\(name.xmlEscaped)</name><spec><location></location>"
                + "<template>false</template><powerOn>false</powerOn></spec>")
        return Machine(id: result, name: name, isOn: false)
    }

    /// VmBeingCreatedEvent, VmInstanceUuidAssignedEvent, VmUuidAssignedEvent, VmCreatedEvent; where `neighbour` stands.
    package func create(_ name: String, beside neighbour: Machine) async throws -> Machine {
        let place = try await place(of: neighbour)
        let result = try await run(
            "CreateVM_Task", on: ("Folder", place.folder),
            "<config><name>\(name.xmlEscaped)</name><guestId>otherGuest</guestId><files><vmPathName>[LocalDS_0]"
                + "</vmPathName></files><numCPUs>1</numCPUs><memoryMB>32</memoryMB></config>"
                + "<pool type=\"ResourcePool\">\(place.pool)</pool><host type=\"HostSystem\">\(place.host)</host>")
        return Machine(id: result, name: name, isOn: false)
    }

    /// Posts an event of any class. `fields`: the class's elements as XML, in the order of the schema: those of
    /// `Event` (such as `<vm>…</vm>`) first, then the class's own.
    package func post(_ className: String, fields: String = "") async throws {
        try await caller.call(
            "PostEvent", on: ("EventManager", name("eventManager")),
            "<eventToPost xsi:type=\"\(className)\"><key>0</key><chainId>0</chainId><createdTime>2026-01-01T00:00:00Z"
                + "</createdTime><userName></userName>\(fields)</eventToPost>")
    }

    /// What the simulator holds, oldest first: at most its newest 1000.
    package func events() async throws -> [(key: Int32, className: String)] {
        let manager = ("EventManager", name("eventManager"))
        let made = try await caller.call(
            "CreateCollectorForEvents", on: manager, "<filter><maxCount>1000</maxCount></filter>")
        let collector = ("EventHistoryCollector", made["returnval"]?.text ?? "")
        let page = try await caller.call("ReadNextEvents", on: collector, "<maxCount>1000</maxCount>")
        try await caller.call("DestroyCollector", on: collector)
        let events = page.all("returnval").compactMap { event in
            event["key"].flatMap { Int32($0.text) }.map { (key: $0, className: event.attributes["type"] ?? "") }
        }
        return events.sorted { $0.key < $1.key }
    }

    /// Terminates all sessions but its own; gives how many.
    package func terminateOtherSessions() async throws -> Int {
        let manager = ("SessionManager", name("sessionManager"))
        let values = try await properties(["sessionList", "currentSession"], of: manager)
        let own = values["currentSession"]?["key"]?.text
        let keys = values["sessionList"]?.children.compactMap { $0["key"]?.text } ?? []
        let others = keys.filter { $0 != own }
        if others.isEmpty { return 0 }
        let arguments = others.map { "<sessionId>\($0)</sessionId>" }.joined()
        try await caller.call("TerminateSession", on: manager, arguments)
        return others.count
    }

    /// The names of all sessions, its own included.
    package func sessions() async throws -> Set<String> {
        let list = try await properties(["sessionList"], of: ("SessionManager", name("sessionManager")))["sessionList"]
        return Set(list?.children.compactMap { $0["key"]?.text } ?? [])
    }

    /// How many sessions there are, its own included.
    package func sessionCount() async throws -> Int {
        try await properties(["sessionList"], of: ("SessionManager", name("sessionManager")))["sessionList"]?.children
            .count ?? 0
    }

    private func place(of machine: Machine) async throws -> Place {
        let values = try await properties(
            ["parent", "resourcePool", "runtime.host"], of: ("VirtualMachine", machine.id))
        return Place(
            folder: values["parent"]?.text ?? "", pool: values["resourcePool"]?.text ?? "",
            host: values["runtime.host"]?.text ?? "")
    }

    @discardableResult
    private func run(_ operation: String, on machine: Machine, _ arguments: String = "") async throws -> String {
        try await run(operation, on: ("VirtualMachine", machine.id), arguments)
    }

    /// Runs a task; gives its result. The simulator has done it when the call returns.
    private func run(
        _ operation: String, on object: (type: String, value: String), _ arguments: String
    ) async throws -> String {
        let task = try await caller.call(operation, on: object, arguments)["returnval"]?.text ?? ""
        let state = try await properties(["info.state", "info.result", "info.error"], of: ("Task", task))
        guard state["info.state"]?.text == "success" else {
            throw VimFault(
                operation, message: "the task ended with \(state["info.error"]?.first("fault")?.attributes ?? [:])")
        }
        return state["info.result"]?.text ?? ""
    }

    private func properties(
        _ paths: [String], of object: (type: String, value: String)
    ) async throws -> [String: XMLTree] {
        try await caller.properties(paths, of: object, collector: name("propertyCollector"))
    }

    private func name(_ service: String) -> String { names[service] ?? "" }
}
