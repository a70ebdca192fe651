/// Exponential backoff with full jitter: each delay is drawn evenly from zero to a ceiling that doubles, so that agents
/// which lost the same server at the same moment do not come back at the same moment.
public enum Backoff {
    /// A server that restarts a service is back within seconds.
    public static let firstCeiling = Duration.seconds(1)
    /// A minute's delay costs nobody the overview, and an attempt a minute costs no server anything.
    public static let lastCeiling = Duration.seconds(60)
    /// The most a destination's own "not before" is obeyed: a wrong one must not silence a sink for days.
    public static let mostObeyed = Duration.seconds(3600)
    /// After a refusal (wrong password, untrusted certificate). vCenter locks an account after 5 failures within 3
    /// minutes by default, common directories after 3 to 10 within 30 minutes: one attempt in 15 minutes stays below
    /// all of them.
    public static let afterRefusal = Duration.seconds(15 * 60)

    /// The highest delay after this many failed attempts.
    public static func ceiling(attempt: Int) -> Duration {
        // 2^6 seconds are more than the last ceiling; a greater shift would only overflow.
        min(firstCeiling * (1 << min(max(attempt - 1, 0), 6)), lastCeiling)
    }

    /// The delay before the next attempt.
    public static func delay(attempt: Int, random: RandomSource) -> Duration {
        let nanoseconds = UInt64(ceiling(attempt: attempt) / .nanoseconds(1))
        // The high half of the product, which takes one draw whatever the source gives; its bias is below a billionth.
        return .nanoseconds(Int64((nanoseconds + 1).multipliedFullWidth(by: random.next()).high))
    }
}
