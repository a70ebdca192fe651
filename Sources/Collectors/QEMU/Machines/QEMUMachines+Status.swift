package import EventModel

extension QEMUMachines {
    /// libvirt's file says what the machine does. While a monitor is attached that one knows better, and first.
    package mutating func libvirtTold(_ status: LibvirtStatus, of life: QEMULife, at now: Timestamp) {
        guard let machine = machines[life] else { return }
        machines[life]?.isLibvirts = true
        machines[life]?.isShuttingDown = status.state == "shutdown" || status.state == "shutoff"
        guard !machine.isAttached, let found = MachineStatus(status) else { return }
        let members = [
            JSONValue.Member(
                "libvirt", ["state": .string(status.state), "reason": .string(status.reason)])
        ]
        let isCrash = status.state == "crashed" || status.reason == "panicked"
        if isCrash, machine.status == .running || machine.status == .starting {
            tell(
                Happening(
                    word: "libvirt/crashed", type: "vm.guest-crashed", severity: .error, change: .none, time: now,
                    sentence: "has a guest that crashed.", members: members, isRepeatable: true),
                of: life)
        }
        self.found(
            found, of: life, machine.hasFreshStatus ? nil : Window(from: machine.statusTime, to: now),
            at: now, members: members)
        machines[life]?.hasFreshStatus = true
        machines[life]?.statusTime = now
    }

    /// The machine is in a state; tells the step from the one last known, if it is a step.
    mutating func found(
        _ status: MachineStatus, of life: QEMULife, _ window: Window?, at now: Timestamp? = nil,
        members: [JSONValue.Member]
    ) {
        guard let machine = machines[life], status != .unknown else { return }
        // A machine that is off stays so until it runs again: paused is what QEMU calls it meanwhile.
        if machine.status == .off, status != .running { return }
        machines[life]?.status = status
        guard let step = Self.step(from: machine.status, to: status) else { return }
        let time = window?.to ?? now ?? machine.statusTime
        if status == .off {
            machines[life]?.status = machine.status
            machines[life]?.ending = Ending(
                end: MachineEnd(reason: "shutdown"), time: time, due: time, window: window)
            return passed(time)
        }
        if step.type == "vm.powered-on" { machines[life]?.powerOns += 1 }
        let number = step.type == "vm.powered-on" ? "/\(machine.powerOns + 1)" : ""
        tell(
            Happening(
                word: step.word + number, type: step.type, severity: .notice, time: time, sentence: step.sentence,
                members: members, window: window, isRepeatable: true),
            of: life)
    }

    private static func step(
        from old: MachineStatus, to new: MachineStatus
    ) -> (word: String, type: EventType, sentence: String)? {
        switch (old, new) {
        case (.off, .off): nil
        case (_, .off): ("ended", "vm.powered-off", "was powered off.")
        case (.unknown, _), (_, .unknown), (_, .starting): nil
        case (let old, let new) where old == new: nil
        case (.starting, .running): nil
        case (.off, _): ("powered-on", "vm.powered-on", "was powered on again.")
        case (_, .paused): ("paused", "vm.paused", "was paused.")
        case (_, .asleep): ("asleep", "vm.fell-asleep", "went to sleep.")
        case (.asleep, .running): ("awake", "vm.woke-up", "woke up.")
        case (_, .running): ("resumed", "vm.resumed", "goes on.")
        }
    }
}
