/// The bounds of every journal.
enum JournalLimits {
    /// A cursor acknowledged is stored at the latest after this time: what a crash may repeat, and one flush of the
    /// disk.
    static let cursorDelay = Duration.milliseconds(200)

    /// Sources known of one collector: as many as a large fleet has, whose events one collector may bring from a
    /// broker.
    static let sources = 10_000

    /// Dead letters kept; the oldest go. Enough to see what a destination refuses, small beside any journal.
    static let deadLetters = 10_000

    /// Bytes of bodies kept with dead letters; the oldest go.
    static let deadLetterBytes = 64 << 20
}
