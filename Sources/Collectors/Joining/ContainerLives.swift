import EventModel

/// The lives of the containers as the kernel's side sees them: which of them a report of an engine is about.
struct ContainerLives: Sendable {
    /// A container that is restarted in a loop has its newest lives here.
    private static let livesOfOne = 4
    /// A container starts so long after its first process at the most; a busy host takes seconds.
    private static let startLimit: Duration = .seconds(30)

    private struct Life {
        var incarnation: ContainerIncarnation
        var start: Timestamp?
    }

    private var lives: [ContainerKey: [Life]] = [:]
    /// The newest end an engine told of.
    private var exits: [ContainerKey: Timestamp] = [:]

    /// A life was seen; seeing it again is no news.
    mutating func appeared(_ key: ContainerKey, as incarnation: ContainerIncarnation) {
        var known = lives[key] ?? []
        guard !known.contains(where: { $0.incarnation == incarnation }) else { return }
        known.append(Life(incarnation: incarnation))
        lives[key] = Array(known.suffix(Self.livesOfOne))
    }

    /// A life is over and told; nil: all of them.
    mutating func forget(_ key: ContainerKey, _ incarnation: ContainerIncarnation?) {
        let left = incarnation.map { gone in (lives[key] ?? []).filter { $0.incarnation != gone } } ?? []
        lives[key] = left.isEmpty ? nil : left
    }

    /// The one seen last.
    func latest(of key: ContainerKey) -> ContainerIncarnation? {
        lives[key]?.last?.incarnation
    }

    /// The life a report of that time is about. A start takes its life, so that no other start can have it.
    mutating func life(of key: ContainerKey, word: String, at time: Timestamp) -> ContainerIncarnation? {
        guard var known = lives[key] else { return nil }
        let fitting = known.indices.filter { fits(known[$0], word, time, exits[key]) }
        guard let index = fitting.max(by: { known[$0].incarnation.started < known[$1].incarnation.started }) else {
            return nil
        }
        if word == "started" {
            known[index].start = time
            lives[key] = known
        }
        return known[index].incarnation
    }

    /// An engine says that a life ended then, whichever it was: what it says of later times is about another one.
    mutating func exited(_ key: ContainerKey, at time: Timestamp) {
        if exits.count >= HostGuests.maximumHappenings { exits = [:] }
        exits[key] = max(time, exits[key] ?? time)
    }

    private func fits(_ life: Life, _ word: String, _ time: Timestamp, _ exit: Timestamp?) -> Bool {
        let age = time.since(life.incarnation.started)
        guard age >= .zero - HostGuests.clockSlack else { return false }
        if word == "started" {
            guard life.start == nil || life.start == time, age <= Self.startLimit else { return false }
        }
        guard let exit, time > exit else { return true }
        return life.incarnation.started > exit
    }
}
