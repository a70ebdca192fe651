/// How many records a request may have: any number, and after a partial success one by one at first, then twice as many
/// after each run of requests that were taken whole.
struct PartialCaution: Equatable {
    /// Requests taken whole before the next may be larger.
    static let run = 16
    /// With so many there is nothing to be careful of any more.
    private static let most = 1 << 20

    private var limit = PartialCaution.most
    private var taken = 0

    /// Whether a request may have so many.
    func allows(_ count: Int) -> Bool {
        limit == Self.most || count <= limit
    }

    /// All records were taken.
    mutating func answeredWhole() {
        guard limit < Self.most else { return }
        taken += 1
        if taken == Self.run { (limit, taken) = (limit * 2, 0) }
    }

    /// Some were rejected.
    mutating func answeredPartly() {
        (limit, taken) = (1, 0)
    }
}
