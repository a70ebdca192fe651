import EventModel

/// The state of a guest, in the words of the API.
enum GuestWord: String, Sendable, Hashable, CaseIterable {
    case created, running, paused, suspended, stopped, exited, crashed, removed, unknown

    /// The state an event of the type says the guest is in from then on; nil where it says nothing of it.
    init?(after type: EventType) {
        guard let word = Self.words[type] else { return nil }
        self = word
    }

    private static let words: [EventType: GuestWord] = {
        let types: [GuestWord: [EventType]] = [
            .created: ["vm.created", "vm.deployed", "container.created"],
            .running: [
                "vm.powered-on", "vm.resumed", "vm.woke-up", "vm.reset", "vm.rebooted", "vm.ha-restarted",
                "vm.ha-reset",
                "vm.ft-secondary-started", "container.started", "container.discovered", "container.resumed",
                "container.restarted", "container.rebooted",
            ],
            .paused: ["vm.paused", "container.paused"],
            .suspended: ["vm.suspended", "vm.fell-asleep", "container.suspended"],
            .stopped: [
                "vm.powered-off", "vm.halted", "vm.terminated", "vm.killed", "vm.ha-powered-off", "vm.ha-shut-down",
                "container.stopped", "container.halted",
            ],
            .exited: ["container.exited", "container.failed"],
            .crashed: ["vm.crashed"],
            .removed: ["vm.removed", "container.removed"],
        ]
        var words: [EventType: GuestWord] = [:]
        for (word, types) in types { for type in types { words[type] = word } }
        return words
    }()

    /// The state after another one. A container that has exited is not stopped besides: the engine tells both.
    func followed(by next: GuestWord) -> GuestWord {
        switch (self, next) {
        case (.exited, .stopped), (.crashed, .stopped): self
        case (.removed, .stopped), (.removed, .exited): self
        default: next
        }
    }
}
