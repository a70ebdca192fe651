public import EventModel

/// What is done with an event before it is accepted: the one place where rate limits and size caps apply. Called from
/// any task; must not wait.
public typealias PublishRule = @Sendable (Event) -> PublishVerdict

/// A rule's answer.
public enum PublishVerdict: Sendable, Hashable {
    /// Taken, as it is or cut to size.
    case accepted(Event)
    /// Left out on purpose, and why.
    case filtered(String)
}

/// What every event from outside must be.
public enum EventValidation {
    /// Bytes of a source or an id: more is no name.
    public static let nameBytes = 1024
    /// Bytes of the encoded event: as much as any event of a real source takes, many times over.
    public static let eventBytes = 1 << 20

    /// The first thing wrong with the event; nil when nothing is.
    public static func problem(of event: Event) -> String? {
        for (name, value) in [("id", event.id), ("source", event.source)] {
            if value.isEmpty { return "\(name): missing; it and the other of id and source name the event for ever" }
            if value.utf8.count > nameBytes { return "\(name): longer than \(nameBytes) bytes" }
            if value.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) { return "\(name): has control characters" }
        }
        let words = event.type.rawValue.split(separator: ".", omittingEmptySubsequences: false)
        let letters = Set("abcdefghijklmnopqrstuvwxyz0123456789-".utf8)
        guard words.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(letters.contains) }) else {
            return "type: \"\(event.type)\" is not lower-case words joined by dots, such as vm.powered-on"
        }
        return nil
    }
}
