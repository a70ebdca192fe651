/// Finds the word somebody meant.
public enum Spelling {
    /// The known word with the fewest edits, if those are at most a third of its letters (and two at least are
    /// allowed).
    public static func nearest(to word: String, in known: [String]) -> String? {
        let ranked = known.map { ($0, distance(word.lowercased(), $0.lowercased())) }
        guard let best = ranked.min(by: { $0.1 < $1.1 }), best.1 <= max(2, best.0.count / 3) else { return nil }
        return best.0
    }

    /// Edits (insert, delete, replace a letter) from one word to another: Levenshtein's distance.
    static func distance(_ left: String, _ right: String) -> Int {
        // Longer words are no typing errors of ours; this also bounds the work on hostile keys.
        let (left, right) = (Array(left.prefix(64)), Array(right.prefix(64)))
        var row = Array(0...right.count)
        for (index, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in right.indices {
                let replaced = diagonal + (letter == right[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
