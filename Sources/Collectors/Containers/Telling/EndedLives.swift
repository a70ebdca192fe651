import EventModel

/// Lives whose end was heard: engines' collectors may ask for them a little longer, then the host's table forgets them.
package struct EndedLives: Sendable {
    /// An engine's report may come so late and still find its life; later ones are known by their time.
    static let memory: Duration = .seconds(30)
    /// Remembered at the most; the oldest are forgotten first.
    static let maximum = HostGuests.maximumHappenings

    private struct Life: Sendable {
        var key: ContainerKey
        var incarnation: ContainerIncarnation
        var end: ContinuousClock.Instant
    }

    private var lives: [Life] = []

    package init() {}

    /// A life ended.
    package mutating func ended(
        _ key: ContainerKey, _ incarnation: ContainerIncarnation, at instant: ContinuousClock.Instant
    ) {
        lives.append(Life(key: key, incarnation: incarnation, end: instant))
    }

    /// Lets go of those that ended long ago. `isRunning`: whether the container lives another life; if not, all its
    /// lives are forgotten.
    package mutating func forget(
        in guests: HostGuests, at instant: ContinuousClock.Instant, isRunning: (ContainerKey) -> Bool
    ) {
        let tooMany = lives.count - Self.maximum
        var gone = 0
        while gone < lives.count, gone < tooMany || instant - lives[gone].end >= Self.memory {
            let life = lives[gone]
            guests.forget(life.key, isRunning(life.key) ? life.incarnation : nil)
            gone += 1
        }
        lives.removeFirst(gone)
    }
}
