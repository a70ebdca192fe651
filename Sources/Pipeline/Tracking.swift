import Synchronization

/// Whether anything is recorded.
final class Tracking: Sendable {
    private let on = Atomic(true)

    var isOn: Bool { on.load(ordering: .acquiring) }

    /// What it was before.
    func set(_ isOn: Bool) -> Bool {
        on.exchange(isOn, ordering: .acquiringAndReleasing)
    }
}
