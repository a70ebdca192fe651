package import EventModel

extension QEMUMachines {
    /// A monitor of the machine talks with us, and says what state it is in.
    ///
    /// A state other than the one last known is told, with the time in which nobody looked.
    package mutating func attached(_ life: QEMULife, as identity: QMPIdentity, at now: Timestamp) {
        guard let machine = machines[life] else { return }
        machines[life]?.isAttached = true
        guard let text = identity.status else { return }
        let window = Window(from: machine.statusTime, to: now)
        found(.init(monitor: text), of: life, window, members: [.init("status", .string(text))])
    }

    /// No monitor talks with us any more; the process may be there still. `isLeft`: we hung up, to let another in.
    package mutating func detached(_ life: QEMULife, at now: Timestamp, isLeft: Bool = false) {
        machines[life]?.isAttached = false
        machines[life]?.lastAttached = isLeft ? nil : now
        machines[life]?.statusTime = now
    }

    /// A monitor told something.
    package mutating func told(_ event: QMPEvent, of life: QEMULife, at now: Timestamp) {
        guard let machine = machines[life] else { return }
        if event.name == "SHUTDOWN" { return shutDown(event, of: machine, at: now) }
        if event.name == "RESET", isEcho(event, of: machine) { return }
        note(event, in: life)
        if event.name == "STOP", machine.ending != nil || machine.status == .off {
            // What `-no-shutdown` leaves behind is a machine that is off, not one that is paused.
            machines[life]?.ending?.due = now
            return passed(now)
        }
        if event.name == "RESUME" {
            if machine.status == .off { return poweredOnAgain(event, life, at: now) }
            let isStart =
                [.starting, .unknown].contains(machine.status) && event.time.since(machine.started) < Self.startWindow
            machines[life]?.status = .running
            if isStart { return }
        }
        tell(happening(event, of: machine, at: now), of: life)
    }

    /// A monitor wrote what nobody can read.
    package mutating func toldUnreadably(_ text: String, of life: QEMULife, at now: Timestamp) {
        let happening = Happening(
            word: "unreadable", type: "vm.other", severity: .warning, change: .none, time: now,
            sentence: "told something that cannot be read.", members: [.init("text", .string(text))],
            isRepeatable: true, limitedAt: now)
        tell(happening, of: life)
    }

    /// A reset machine's firmware pulls at the reset line once more before it starts: one reset, by whomever, is two of
    /// QEMU's events, 50 ms apart.
    private func isEcho(_ event: QMPEvent, of machine: KnownMachine) -> Bool {
        guard event.field("reason") == "guest-reset", let last = machine.resetTime else { return false }
        return (.zero...Self.echoWindow).contains(event.time.since(last))
    }

    /// No firmware comes so far within it that a guest could restart again.
    private static let echoWindow: Duration = .milliseconds(200)

    /// The first reason holds: a second one only ends the process of a machine that is off.
    private mutating func shutDown(_ event: QMPEvent, of machine: KnownMachine, at now: Timestamp) {
        guard machine.ending == nil, machine.status != .off else { return }
        var end = MachineEnd(reason: event.field("reason") ?? "unknown")
        if machine.cause?.reason == "migrated" { end = MachineEnd(reason: "migrated") }
        machines[machine.life]?.ending = Ending(
            end: end, time: event.time, due: now.advanced(by: Self.endWindow))
    }

    private mutating func poweredOnAgain(_ event: QMPEvent, _ life: QEMULife, at now: Timestamp) {
        guard let powerOns = machines[life].map({ $0.powerOns + 1 }) else { return }
        machines[life]?.status = .running
        machines[life]?.powerOns = powerOns
        tell(
            Happening(
                word: "powered-on/\(powerOns)", type: "vm.powered-on", severity: .info, change: .set,
                time: event.time, sentence: "was powered on again.", members: [qmp(event)]),
            of: life)
    }

    /// What an event says about the state, and about what may follow.
    private mutating func note(_ event: QMPEvent, in life: QEMULife) {
        switch event.name {
        case "STOP":
            if machines[life]?.status != .off { machines[life]?.status = .paused }
            machines[life]?.pauseTime = event.time
            if machines[life]?.snapshotJobs.isEmpty == false { machines[life]?.cause = ("snapshot", event.time) }
        case "JOB_STATUS_CHANGE": noteJob(event, in: life)
        case "SUSPEND", "SUSPEND_DISK": if machines[life]?.status != .off { machines[life]?.status = .asleep }
        case "WAKEUP": if machines[life]?.status != .off { machines[life]?.status = .running }
        case "WATCHDOG": machines[life]?.cause = ("watchdog", event.time)
        case "GUEST_PANICKED": machines[life]?.cause = ("guest-panic", event.time)
        case "BLOCK_IO_ERROR": machines[life]?.cause = ("io-error", event.time)
        case "MIGRATION":
            if event.field("status") == "setup" {
                let isSaving = isSaving(event, life)
                machines[life]?.isSavingState = isSaving
            }
            switch event.field("status") {
            case "completed" where machines[life]?.status == .paused: machines[life]?.cause = ("migrated", event.time)
            case "active": machines[life]?.cause = ("migration", event.time)
            case "completed", "failed", "cancelled": machines[life]?.cause = nil
            default: break
            }
        case "RESUME", "RESET":
            if event.name == "RESET" { machines[life]?.resetTime = event.time }
            if machines[life]?.cause?.reason == "migrated" { machines[life]?.cause = nil }
        default: break
        }
    }

    private mutating func noteJob(_ event: QMPEvent, in life: QEMULife) {
        guard let id = event.field("id") else { return }
        if event.field("status") == "concluded" || event.field("status") == "null" {
            machines[life]?.snapshotJobs.remove(id)
        } else if let type = event.field("type"), type.hasPrefix("snapshot-") {
            machines[life]?.snapshotJobs.insert(id)
        }
    }

    /// QEMU writes a machine's state as it migrates one, and says so. It is for a snapshot or a file when such a job
    /// runs, or when the machine was held just before: a migration holds it at its end.
    private func isSaving(_ event: QMPEvent, _ life: QEMULife) -> Bool {
        guard let machine = machines[life] else { return false }
        let held = machine.pauseTime.map { (.zero...Self.saveWindow).contains(event.time.since($0)) } ?? false
        return !machine.snapshotJobs.isEmpty || (machine.status == .paused && held)
    }

    /// `savevm`, and libvirt's save, begin to write right after they held the machine.
    private static let saveWindow: Duration = .milliseconds(200)

    private func happening(_ event: QMPEvent, of machine: KnownMachine, at now: Timestamp) -> Happening {
        let row = QMPEventTable.row(for: event)
        var (type, severity, members) = (row.type, row.severity, [qmp(event)])
        var sentence = row.message(about: machine.title, event)
        if event.name == "STOP", let cause = machine.cause(at: event.time) {
            members.insert(.init("cause", .string(cause)), at: 0)
        }
        if event.name == "RESET", machine.cause(at: event.time) == "watchdog" {
            members.insert(.init("cause", .string("watchdog")), at: 0)
            (type, sentence) = ("vm.reset", "\(machine.title) was reset by its watchdog.")
        }
        let status = event.field("status") ?? ""
        if event.name == "MIGRATION", machines[machine.life]?.isSavingState == true, status != "failed" {
            type = "vm.migration-progressed"
            severity = .debug
            sentence = "\(machine.title) writes out its state: \(status)."
        }
        let isOrdered = event.name == "STOP" || event.name == "RESUME"
        return Happening(
            word: event.name, type: type, severity: severity, change: .set, time: event.time, sentence: sentence,
            isWhole: true, members: members, isRepeatable: true, limitedAt: isOrdered ? nil : now)
    }

    private func qmp(_ event: QMPEvent) -> JSONValue.Member {
        var members: [JSONValue.Member] = [.init("event", .string(event.name))]
        if let data = event.data { members.append(.init("data", data)) }
        if let job = event.job { members.append(.init("job", job)) }
        return .init("qmp", .object(members))
    }
}
