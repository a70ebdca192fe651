import EventModel

/// What an engine's side told lately: which ids no other start or end may have, and what it says at its next start.
struct RecentTellings: Sendable, Hashable {
    /// Ids known; fewer starts than this lie between two of one container within the time a life is looked for.
    static let maximumClaims = 256
    /// Happenings that are said at the next start: the kernel's side commits within moments.
    static let maximumTold = 64

    private struct Report: Sendable, Hashable {
        var happening: HostHappening
        var isTold: Bool
    }

    private var claims: [HashedTime] = []
    private var reports: [Report] = []

    /// What was told and the kernel's side tells too; the newest last.
    var told: [HostHappening] { reports.filter(\.isTold).map(\.happening) }
    /// What the kernel's side had told before.
    var joined: [HostHappening] { reports.filter { !$0.isTold }.map(\.happening) }

    init() {}

    /// Reads what `value` wrote; nil for anything else.
    init?(_ value: JSONValue, runtime: String) {
        guard let claims = value["claims"]?.array, let told = value["told"]?.array else { return nil }
        self.claims = claims.compactMap { HashedTime($0) }
        reports = told.compactMap { parts in
            guard let parts = parts.array, parts.count == 4, let id = parts[0].string, let word = parts[1].string,
                let time = parts[2].integer, let isTold = parts[3].bool
            else { return nil }
            let happening = HostHappening(
                key: ContainerKey(runtime: runtime, id: id), word: word, incarnation: nil,
                time: Timestamp(nanoseconds: time))
            return Report(happening: happening, isTold: isTold)
        }
    }

    /// For a checkpoint.
    var value: JSONValue {
        let told = reports.map { report in
            JSONValue.array([
                .string(report.happening.key.id), .string(report.happening.word),
                .number("\(report.happening.time.nanoseconds)"), .bool(report.isTold),
            ])
        }
        return ["claims": .array(claims.map(\.value)), "told": .array(told)]
    }

    /// Whether no other start or end, of another time, was told under this id.
    ///
    /// A guard where the kernel's side has not seen a container's newest life yet, and a report would be taken for one
    /// of the life before it.
    mutating func claim(_ id: String, at time: Timestamp) -> Bool {
        let claim = HashedTime(id.utf8, time)
        if let known = claims.first(where: { $0.hash == claim.hash }) { return known.time == time }
        claims.append(claim)
        if claims.count > Self.maximumClaims { claims.removeFirst(claims.count - Self.maximumClaims) }
        return true
    }

    /// The happening is told, or was told by the kernel's side before.
    mutating func note(_ happening: HostHappening, isTold: Bool) {
        var happening = happening
        happening.incarnation = nil
        reports.append(Report(happening: happening, isTold: isTold))
        if reports.count > Self.maximumTold { reports.removeFirst(reports.count - Self.maximumTold) }
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
