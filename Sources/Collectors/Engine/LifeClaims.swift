import EventModel

/// The ids that starts and ends were told under lately: no second start or end may have one of them.
///
/// A guard where the kernel's side has not seen a container's newest life yet, and an engine's report would be taken for
/// one of the life before it.
struct LifeClaims: Sendable, Hashable {
    /// Ids known; more starts than this lie between two of one container within the time a life is looked for.
    static let maximum = 256

    private var claims: [HashedTime] = []

    init() {}

    /// Reads what `value` wrote.
    init(_ value: JSONValue) {
        claims = (value.array ?? []).compactMap { HashedTime($0) }
    }

    /// For a checkpoint.
    var value: JSONValue { .array(claims.map(\.value)) }

    /// Whether no other start or end, of another time, was told under this id.
    mutating func claim(_ id: String, at time: Timestamp) -> Bool {
        let claim = HashedTime(id.utf8, time)
        if let known = claims.first(where: { $0.hash == claim.hash }) { return known.time == time }
        claims.append(claim)
        if claims.count > Self.maximum { claims.removeFirst(claims.count - Self.maximum) }
        return true
    }
}

/// A text known by its hash, and a time: what a checkpoint can afford to know of many.
struct HashedTime: Sendable, Hashable {
    let hash: UInt64
    let time: Timestamp

    init(_ bytes: some Sequence<UInt8>, _ time: Timestamp) {
        var hash = StableHash()
        hash.add(bytes)
        (self.hash, self.time) = (hash.short, time)
    }

    /// Reads what `value` wrote; nil for anything else.
    init?(_ value: JSONValue) {
        guard let pair = value.array, pair.count == 2, let hash = pair[0].string.flatMap({ UInt64($0, radix: 16) }),
            let time = pair[1].integer
        else { return nil }
        (self.hash, self.time) = (hash, Timestamp(nanoseconds: time))
    }

    /// For a checkpoint.
    var value: JSONValue { [.string(String(hash, radix: 16)), .number("\(time.nanoseconds)")] }
}
