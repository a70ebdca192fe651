/// What kinds of body a client takes: the header `Accept` of RFC 9110.
enum Accept {
    /// The best of the kinds offered, which are given in our own order of preference; nil when none is taken. Without
    /// the header everything is.
    static func best(of offered: [String], for header: String?) -> String? {
        guard let header, !header.isEmpty else { return offered.first }
        let ranges = header.split(separator: ",").prefix(rangeLimit).compactMap(range)
        var best: (kind: String, quality: Double)?
        for kind in offered {
            let quality = quality(of: kind, in: ranges)
            if quality > (best?.quality ?? 0) { best = (kind, quality) }
        }
        return best?.kind
    }

    /// More ranges than that no client has to say.
    private static let rangeLimit = 32

    private static func range(_ text: Substring) -> (kind: String, quality: Double)? {
        let parts = text.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
        guard let kind = parts.first else { return nil }
        let quality = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 }
        return (kind, min(max(quality ?? 1, 0), 1))
    }

    /// The most exact range that matches counts.
    private static func quality(of kind: String, in ranges: [(kind: String, quality: Double)]) -> Double {
        let family = kind.prefix { $0 != "/" }
        for wanted in [kind, "\(family)/*", "*/*"] {
            if let range = ranges.first(where: { $0.kind == wanted }) { return range.quality }
        }
        return 0
    }
}
