package import AgentCore
package import EventModel
import Platform

/// What the collectors of one host know together of its containers, so that one happening is one event.
///
/// The kernel tells of a container first and of all of them; its engine tells more: names, images, exit codes. Both are
/// read by collectors of their own, each with its own checkpoint. They agree here, by guest, kind and start time:
///
/// - Both make the event's id of the same parts (`HostHappening.id`): should both tell after all, as after a crash
///   between two commits, the journal holds the first and knows the second again.
/// - While an engine's stream is attached, the kernel's side holds what the engine will tell too
///   (`HostHappening.isJoined`) back for `joinWindow`, and lets it go when the engine told it meanwhile (`isTold`).
///   Without an engine, or with a silent one, the kernel's event goes out: at once, or after that window.
/// - An engine that comes later than that finds `tell` false, and tells what it knows more as `container.described`.
/// - Each side tells each happening once, so a report joins one report of the other side, the nearest in time: two
///   pauses within a second stay two.
///
/// Memory only: what a restart forgets, the ids repair; for what may happen again in a life, and so has no id in
/// common, both sides say at their start what they told last (`recall`).
package final class HostGuests: Sendable {
    /// How long the kernel's side waits for an attached engine's richer event.
    package static let joinWindow: Duration = .milliseconds(300)
    /// Two reports of one kind about one guest are the same happening when no more time lies between them.
    package static let sameTime: Duration = .seconds(3)
    /// Ticks are 10 ms, and the time of boot they count from is known to about as much: so exact is a life's beginning.
    package static let clockSlack: Duration = .milliseconds(50)
    /// Happenings remembered; the oldest are forgotten first.
    package static let maximumHappenings = 16_384

    /// Who tells.
    package enum Side: Sendable, Hashable {
        /// `/proc`, the cgroups, the process descriptors.
        case kernel
        /// An engine's stream.
        case engine
    }

    private struct Known {
        var lives = ContainerLives()
        var ledger = HappeningLedger()
        var attached: [String: Int] = [:]
        var recallsDue: [Side: Int] = [:]
    }

    private let known = Locked(Known())

    package init() {}

    /// The agent's own.
    package static func shared(in context: CollectorContext) -> HostGuests {
        context.shared.value { HostGuests() }
    }

    /// The kernel's side: the container runs, and with which first process.
    package func appeared(_ key: ContainerKey, as incarnation: ContainerIncarnation) {
        known.withLock { $0.lives.appeared(key, as: incarnation) }
    }

    /// The kernel's side: its end was told, and the engine had its time to tell it too. Without an incarnation all its
    /// lives are forgotten.
    package func forget(_ key: ContainerKey, _ incarnation: ContainerIncarnation? = nil) {
        known.withLock { $0.lives.forget(key, incarnation) }
    }

    /// The incarnation the kernel's side saw last; nil when it never did.
    package func incarnation(of key: ContainerKey) -> ContainerIncarnation? {
        known.withLock { $0.lives.latest(of: key) }
    }

    /// The engine's side: the life an engine's report of that time is about; nil when the kernel's side has seen none
    /// that fits.
    package func incarnation(of key: ContainerKey, word: String, at time: Timestamp) -> ContainerIncarnation? {
        known.withLock { $0.lives.life(of: key, word: word, at: time) }
    }

    /// The engine's side: a life of it ended then; later reports are about another one.
    package func exited(_ key: ContainerKey, at time: Timestamp) {
        known.withLock { $0.lives.exited(key, at: time) }
    }

    /// An engine's stream of this runtime is read from now on.
    package func attach(_ runtime: String) {
        known.withLock { $0.attached[runtime, default: 0] += 1 }
    }

    /// It is read no more.
    package func detach(_ runtime: String) {
        known.withLock { $0.attached[runtime] = max(0, ($0.attached[runtime] ?? 0) - 1) }
    }

    /// Whether an engine's stream of this runtime is read.
    package func isAttached(_ runtime: String) -> Bool {
        known.withLock { ($0.attached[runtime] ?? 0) > 0 }
    }

    /// Says that the caller is about to tell of a happening. False when the other side told it already: leave it out,
    /// or tell only what you know more. The same report again gets the same answer.
    package func tell(_ happening: HostHappening, by side: Side = .kernel) -> Bool {
        known.withLock { $0.ledger.tell(happening, by: side) }
    }

    /// Whether the other side told of it; if so the caller's report has found its partner, and joins no other.
    package func isTold(_ happening: HostHappening, to side: Side = .kernel) -> Bool {
        known.withLock { $0.ledger.isTold(happening, to: side) }
    }

    /// A collector of that side, when it is made: it will call `recall`, and the other side waits for it a little.
    package func expectRecall(by side: Side = .kernel) {
        known.withLock { $0.recallsDue[side, default: 0] += 1 }
    }

    /// A collector of that side, once, before its first event: which happenings its checkpoint knows it told itself
    /// lately, and of which its report joined one of the other side. The last of each container, or the last few
    /// seconds, are enough: the other side commits within moments. An engine calls it when its stream is attached, or
    /// cannot be.
    package func recall(_ told: [HostHappening], joined: [HostHappening] = [], by side: Side = .kernel) {
        known.withLock { known in
            known.ledger.recall(told: told, joined: joined, by: side)
            for happening in told + joined where side == .engine && happening.word == "exited" {
                known.lives.exited(happening.key, at: happening.time)
            }
            known.recallsDue[side] = max(0, (known.recallsDue[side] ?? 0) - 1)
        }
    }

    /// Whether a collector of that side has not said yet what it told before the restart. Wait for it a second at the
    /// most before the first event.
    package func isRecallDue(by side: Side) -> Bool {
        known.withLock { ($0.recallsDue[side] ?? 0) > 0 }
    }
}
