import HTTPClient

/// What Loki's answers mean, where they mean something else than their status says.
enum LokiStatuses {
    static let table = HTTPStatusTable { answer in
        let words = answer.words(limit: wordsLimit)
        switch answer.status {
        case 500 where isTooLarge(words), 429 where isTooLarge(words): return .tooLarge
        // Every entry would be refused until somebody allows it, or says that Loki does not.
        case 400 where words.contains("structured metadata") && words.contains("disallowed"): return .held
        default: return nil
        }
    }

    /// Loki repeats entries in its answers, the reason before them.
    private static let wordsLimit = 4096

    /// A push over the limit of Loki's inner messages (4 MB) is an error 500 that never passes.
    private static func isTooLarge(_ words: String) -> Bool {
        words.contains("ResourceExhausted") && words.contains("larger than max")
    }
}
