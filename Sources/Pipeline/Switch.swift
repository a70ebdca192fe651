import Synchronization

/// What is on or off, asked by everybody at any time.
final class Switch: Sendable {
    private let on: Atomic<Bool>

    init(_ isOn: Bool) {
        on = Atomic(isOn)
    }

    var isOn: Bool { on.load(ordering: .acquiring) }

    /// What it was before.
    @discardableResult
    func set(_ isOn: Bool) -> Bool {
        on.exchange(isOn, ordering: .acquiringAndReleasing)
    }
}
