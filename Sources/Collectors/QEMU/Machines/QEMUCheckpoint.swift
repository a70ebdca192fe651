package import AgentCore
package import EventModel

/// What the agent knows of the machines at a time: so that it can tell after a restart what changed meanwhile.
struct QEMUCheckpoint: Sendable {
    private static let version = 1

    var bootID: String
    /// Until then nothing was missed.
    var time: Timestamp
    var machines: [KnownMachine]

    init(bootID: String, time: Timestamp, machines: [KnownMachine]) {
        (self.bootID, self.time, self.machines) = (bootID, time, machines)
    }

    /// Reads a checkpoint. Throws `.unusableCheckpoint`.
    init(_ checkpoint: Checkpoint) throws {
        guard checkpoint.version == Self.version, let value = try? JSONDocument(checkpoint.bytes).root.value,
            let bootID = value["boot"]?.string, let time = value["time"]?.string.flatMap({ Timestamp(rfc3339: $0) }),
            let machines = value["machines"]?.array
        else {
            throw CollectorError.unusableCheckpoint(
                "the checkpoint of the QEMU machines (version \(checkpoint.version)) cannot be read: "
                    + "remove it to begin with what runs now")
        }
        self.init(bootID: bootID, time: time, machines: try machines.map { try Self.machine($0, bootID) })
    }

    func encoded() -> Checkpoint {
        let value: JSONValue = [
            "boot": .string(bootID), "time": .string(time.rfc3339), "machines": .array(machines.map(Self.value)),
        ]
        return Checkpoint(version: Self.version, bytes: Array(JSONText(value).bytes))
    }

    private static func value(_ machine: KnownMachine) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("pid", .number("\(machine.life.pid)")), .init("ticks", .number("\(machine.life.startTicks)")),
            .init("started", .string(machine.started.rfc3339)), .init("status", .string(machine.status.rawValue)),
            .init("statusTime", .string(machine.statusTime.rfc3339)), .init("powerOns", .number("\(machine.powerOns)")),
            .init("libvirt", .bool(machine.isLibvirts)),
        ]
        if let name = machine.name { members.append(.init("name", .string(name))) }
        if let uuid = machine.uuid { members.append(.init("uuid", .string(uuid))) }
        return .object(members)
    }

    private static func machine(_ value: JSONValue, _ bootID: String) throws -> KnownMachine {
        guard let pid = value["pid"]?.integer.flatMap({ Int32(exactly: $0) }),
            let ticks = value["ticks"]?.integer.flatMap({ UInt64(exactly: $0) }),
            let started = value["started"]?.string.flatMap({ Timestamp(rfc3339: $0) }),
            let statusTime = value["statusTime"]?.string.flatMap({ Timestamp(rfc3339: $0) })
        else { throw CollectorError.unusableCheckpoint("a machine in the checkpoint of the QEMU machines is damaged") }
        var machine = KnownMachine(
            life: QEMULife(bootID: bootID, pid: pid, startTicks: ticks), started: started,
            name: value["name"]?.string, uuid: value["uuid"]?.string, statusTime: statusTime)
        machine.status = value["status"]?.string.flatMap { MachineStatus(rawValue: $0) } ?? .unknown
        machine.powerOns = value["powerOns"]?.integer.flatMap { Int32(exactly: $0) }.map(Int.init) ?? 1
        machine.isLibvirts = value["libvirt"]?.bool ?? false
        return machine
    }
}

extension QEMUMachines {
    /// What is known now, as a checkpoint.
    ///
    /// A machine whose end is not told yet is still in it, as if it ran: after a crash its end is found by its absence.
    package func checkpoint(bootID: String, at now: Timestamp) -> Checkpoint {
        QEMUCheckpoint(
            bootID: bootID, time: now,
            machines: machines.values.sorted { ($0.life.startTicks, $0.life.pid) < ($1.life.startTicks, $1.life.pid) }
        ).encoded()
    }

    /// Begins with what a checkpoint knows and a first look shows. Throws `.unusableCheckpoint`.
    ///
    /// Machines of the checkpoint that are gone ended since, those that are new were started since. Without one all are
    /// discovered. `ending`: what libvirt's log says about a machine that ended meanwhile.
    package mutating func begin(
        after checkpoint: Checkpoint?, _ processes: [QEMUProcess], _ boot: (id: String, time: Timestamp),
        at now: Timestamp, ending: (String, Timestamp) -> LibvirtEnding? = { _, _ in nil }
    ) throws {
        let known = try checkpoint.map { try QEMUCheckpoint($0) }
        let present = Set(processes.map(\.life))
        for machine in known?.machines ?? [] {
            machines[machine.life] = machine
            machines[machine.life]?.isAttached = false
            guard !present.contains(machine.life), let known else { continue }
            let isOtherBoot = machine.life.bootID != boot.id
            let from = known.time
            let window = Window(from: from, to: isOtherBoot ? max(from, min(boot.time, now)) : now)
            guard machine.status != .off else {
                machines[machine.life] = nil
                continue
            }
            let told = machine.isLibvirts ? machine.name.flatMap { ending($0, machine.started) } : nil
            if let told {
                machines[machine.life]?.ending = Ending(
                    end: MachineEnd(reason: told.reason), time: told.time, due: told.time)
            }
            vanished(machine.life, at: now, window: told == nil ? window : nil)
        }
        for process in processes { appeared(process, at: now, isFirstLook: known == nil) }
    }
}
