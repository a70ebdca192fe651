/// What is known of a guest from its events: a value, changed by nothing else.
///
/// A transient phase (`starting`, `stopping`, …) is set by whoever gave the order and waits for it; what the source
/// tells meanwhile does not end it, because the order is not yet carried out as a whole.
public struct GuestState: Sendable, Hashable {
    /// Where a guest is in its life.
    public enum Phase: String, Sendable, Hashable, CaseIterable {
        case created, starting, running, stopping, stopped, suspending, suspended, removing, removed
    }

    public var phase: Phase
    /// Somebody takes it out of the inventory and puts it back to mend it: the next removal is no removal.
    public var isBeingFixed: Bool

    public init(_ phase: Phase, isBeingFixed: Bool = false) {
        (self.phase, self.isBeingFixed) = (phase, isBeingFixed)
    }

    /// The state after an event of the type; the same state where the event does not bear on it.
    ///
    /// - Parameter isInInventory: the guest is known to be there still, as after a migration that told of a removal.
    public func applying(_ type: EventType, isInInventory: Bool = false) -> GuestState {
        var state = self
        switch Self.effects[type] {
        case .running where phase != .starting: state.phase = .running
        case .stopped where phase != .stopping && phase != .created: state.phase = .stopped
        case .suspended where phase != .suspending: state.phase = .suspended
        case .removed where isBeingFixed: state.isBeingFixed = false
        case .removed where phase != .removing && !isInInventory: state.phase = .removed
        default: break
        }
        return state
    }

    /// The types that bear on a guest's phase.
    private static let effects: [EventType: Phase] = [
        "vm.powered-on": .running, "container.started": .running,
        "container.resumed": .running, "vm.powered-off": .stopped, "vm.terminated": .stopped,
        "container.stopped": .stopped, "vm.suspended": .suspended, "container.suspended": .suspended,
        "container.exited": .stopped, "container.halted": .stopped, "container.paused": .suspended,
        "vm.removed": .removed, "container.removed": .removed,
    ]
}

/// The states of many guests. Only what changes one is news: repeats of a source are found by it.
public struct GuestStates: Sendable, Hashable {
    /// Guests remembered; beyond it no new one is taken up.
    public static let maximumGuests = 100_000

    private struct Key: Sendable, Hashable {
        var source: String
        var kind: Guest.Kind
        var id: String
    }

    private var states: [Key: GuestState] = [:]

    public init() {}

    /// The state of a guest of a source; nil when nothing is known of it.
    public subscript(guest: Guest, of source: String) -> GuestState? {
        get { states[Key(source: source, kind: guest.kind, id: guest.id)] }
        set {
            let key = Key(source: source, kind: guest.kind, id: guest.id)
            if newValue == nil || states[key] != nil || states.count < Self.maximumGuests { states[key] = newValue }
        }
    }

    /// Takes an event of a guest that is known. The new phase when it changed; a removed guest is known no more.
    public mutating func apply(_ event: Event) -> GuestState.Phase? {
        guard let guest = event.guest, let before = self[guest, of: event.source] else { return nil }
        let after = before.applying(event.type)
        self[guest, of: event.source] = after.phase == .removed ? nil : after
        return after.phase == before.phase ? nil : after.phase
    }
}
