package import EventModel

/// All machines of the host, whoever tells of them: what was seen goes in, each happening comes out as one event. Pure.
///
/// /proc tells which lives there are; monitors tell what happens in them; libvirt's files do where no monitor is
/// attached, and give reasons. They are joined by life: process id and start time.
package struct QEMUMachines: Sendable {
    /// How long the reason of an end may come behind it: QEMU's own comes within a millisecond.
    package static let endWindow: Duration = .milliseconds(500)
    /// The same of libvirt's: it writes it within 300 ms where it ended the machine, seconds later on a busy host.
    package static let reasonWindow: Duration = .seconds(5)
    /// A start with `-S` and the order to go on are one happening within this time.
    package static let startWindow: Duration = .seconds(5)
    /// Events by which a repeat is known again, of each machine.
    private static let maximumTold = 256

    /// The name of the host.
    let host: String
    var machines: [QEMULife: KnownMachine] = [:]
    private var events: [Event] = []

    package init(host: String) {
        self.host = host
    }

    /// The events since the last time, in the order they were seen.
    package mutating func take() -> [Event] {
        defer { events = [] }
        return events
    }

    /// The lives that are not known to have ended.
    package var lives: [QEMULife] { machines.keys.sorted { ($0.startTicks, $0.pid) < ($1.startTicks, $1.pid) } }

    /// Whether something is to be told at a later time, with no further news.
    package var isWaiting: Bool {
        machines.values.contains { $0.ending != nil || $0.storms.values.contains { $0.isHolding } }
    }

    /// A machine is there. `isFirstLook`: it ran when nobody looked yet; else it was started since the last look.
    ///
    /// Either is told with the time its process started: so that it is the same event whenever it is told again.
    package mutating func appeared(_ process: QEMUProcess, at now: Timestamp, isFirstLook: Bool = false) {
        guard machines[process.life] == nil else { return }
        var machine = KnownMachine(
            life: process.life, started: process.started, name: process.commandLine.name,
            uuid: process.commandLine.uuid, statusTime: now)
        machine.isLibvirts = process.commandLine.isLibvirts
        machines[process.life] = machine
        let happening = Happening(
            word: isFirstLook ? "discovered" : "powered-on", type: isFirstLook ? "vm.discovered" : "vm.powered-on",
            severity: .info, change: .add, time: min(process.started, now),
            sentence: isFirstLook ? "runs, and did so before the agent first looked." : "was powered on.")
        tell(happening, of: process.life)
    }

    /// Its process is gone. Monitors were read to their end before. `window`: it happened between these times.
    /// `isKilled`: the kernel says that a signal ended it, so that nobody else has a better reason.
    package mutating func vanished(
        _ life: QEMULife, at now: Timestamp, window: Window? = nil, isKilled: Bool = false
    ) {
        guard var machine = machines[life], !machine.isGone else { return }
        machine.isGone = true
        machines[life] = machine
        if let window {
            machines[life]?.ending = Ending(
                end: machine.ending?.end ?? .unknown, time: window.to, due: now, window: window)
        } else if machine.status == .off {
            machines[life] = nil
        } else if machine.ending == nil {
            // Who attached a monitor, or saw libvirt's file, may know more in a moment.
            let waits = machine.isLibvirts && !machine.isWatched(at: now) && !isKilled
            let end: MachineEnd? = machine.isLibvirts && isKilled ? .killed : nil
            machines[life]?.ending = Ending(
                end: end, time: now, due: waits ? now.advanced(by: Self.reasonWindow) : now)
        } else {
            machines[life]?.ending?.due = now
        }
        passed(now)
    }

    /// libvirt's log tells why it ended, or did while nobody looked.
    package mutating func libvirtTold(_ ending: LibvirtEnding, of life: QEMULife, at now: Timestamp) {
        guard let machine = machines[life], machine.ending != nil, machine.ending?.end == nil else { return }
        machines[life]?.ending = Ending(end: MachineEnd(reason: ending.reason), time: ending.time, due: now)
        passed(now)
    }

    /// Lives whose end waits for libvirt's log.
    package var awaitingLibvirt: [(life: QEMULife, name: String, started: Timestamp)] {
        machines.values.compactMap { machine in
            guard machine.isLibvirts, machine.isGone, let ending = machine.ending, ending.end == nil,
                let name = machine.name
            else { return nil }
            return (machine.life, name, machine.started)
        }
    }

    /// Time went by: tells what is due.
    package mutating func passed(_ now: Timestamp) {
        for life in lives {
            guard let machine = machines[life] else { continue }
            if let ending = machine.ending, ending.due <= now { end(life, ending) }
            for key in machine.storms.keys {
                if let event = machines[life]?.storms[key]?.release(at: now) { events.append(event) }
            }
            if machine.isAttached { machines[life]?.statusTime = now }
        }
    }

    /// Tells the end of a life, once. The machine is forgotten when its process is gone.
    private mutating func end(_ life: QEMULife, _ ending: Ending) {
        guard let machine = machines[life] else { return }
        let end = ending.end ?? guessedEnd(of: machine, at: ending.time)
        let sentence = ending.window == nil ? end.sentence : "ended while nobody looked: it \(end.sentence)"
        let happening = Happening(
            word: "ended" + (machine.powerOns > 1 ? "/\(machine.powerOns)" : ""), type: end.type,
            severity: end.severity, change: machine.isGone ? .remove : .set, time: ending.time,
            sentence: end == .unknown ? end.sentence : sentence, members: [.init("reason", .string(end.reason))],
            window: ending.window)
        // What the storm limit still holds happened before.
        for key in machine.storms.keys {
            if let event = machines[life]?.storms[key]?.release(at: .init(nanoseconds: .max)) { events.append(event) }
        }
        tell(happening, of: life)
        machines[life]?.ending = nil
        machines[life]?.status = .off
        if machine.isGone { machines[life] = nil }
    }

    /// The end of a machine whose monitor did not tell one.
    private func guessedEnd(of machine: KnownMachine, at time: Timestamp) -> MachineEnd {
        if let cause = machine.cause(at: time), ["watchdog", "guest-panic"].contains(cause) {
            return MachineEnd(reason: cause)
        }
        if machine.cause?.reason == "migrated" { return MachineEnd(reason: "migrated") }
        if machine.isShuttingDown { return MachineEnd(reason: "shutdown") }
        if machine.isWatched(at: time) { return .killed }
        return machine.isLibvirts && machine.status != .unknown ? .killed : .unknown
    }

    /// Makes an event and keeps it, unless it was told before.
    mutating func tell(_ happening: Happening, of life: QEMULife) {
        guard let machine = machines[life] else { return }
        var event = happening.event(of: machine, host: host)
        var number = 1
        while let known = machine.told.last(where: { $0.id == event.id }) {
            if known.data == event.data { return }
            number += 1
            event.id = "\(happening.id(in: life))#\(number)"
        }
        machines[life]?.told.append((event.id, event.data))
        if machine.told.count >= Self.maximumTold { machines[life]?.told.removeFirst(Self.maximumTold / 2) }
        guard let now = happening.limitedAt else { return events.append(event) }
        let key = happening.word
        var storm = machines[life]?.storms[key] ?? StormLimit(now: now)
        if let admitted = storm.admit(event, at: now) { events.append(admitted) }
        machines[life]?.storms[key] = storm
    }
}
