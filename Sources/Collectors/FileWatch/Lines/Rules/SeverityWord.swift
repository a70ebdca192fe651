import EventModel

/// The words logs use for how much a line matters.
enum SeverityWord {
    private static let names = ["level", "severity", "lvl", "loglevel", "priority", "PRIORITY"]

    /// What a line says of itself; nil when it says nothing, or in words nobody knows.
    static func severity(of fields: LineFields) -> Severity? {
        for name in names {
            if let field = fields.field(name) { return severity(fields.text[field.value]) }
        }
        return nil
    }

    /// The severity of a word, in any case.
    static func severity(_ word: ArraySlice<UInt8>) -> Severity? {
        guard word.count <= 13 else { return nil }
        switch String(decoding: word, as: UTF8.self).lowercased() {
        case "emerg", "emergency", "alert", "crit", "critical", "fatal", "panic", "f", "0", "1", "2": return .critical
        case "err", "error", "e", "3": return .error
        case "warn", "warning", "w", "4": return .warning
        case "notice", "n", "5": return .notice
        case "info", "information", "informational", "i", "6": return .info
        case "debug", "trace", "verbose", "d", "t", "v", "7": return .debug
        default: return nil
        }
    }
}
