/// The catalogue of event types: every type the agent makes by itself, with one sentence about it.
///
/// The types stand in the texts `guests`, `containers`, `hosts`, `infrastructure`, `schedulers` and `logs`, one line
/// each; documentation and the command line are made from them. Events may carry other types too: overrides in a
/// configuration and replayed files bring their own.
public enum EventCatalogue {
    /// One type of the catalogue.
    public struct Entry: Sendable, Hashable {
        public var type: EventType
        /// What an event of this type says: one sentence.
        public var sentence: String
    }

    /// All types in the order of the catalogue, each once.
    public static let entries: [Entry] = [guests, containers, hosts, infrastructure, schedulers, logs].flatMap(read)

    /// The sentence of a type; nil when the catalogue does not know it.
    public static func sentence(of type: EventType) -> String? {
        sentences[type]
    }

    private static let sentences: [EventType: String] = Dictionary(
        entries.map { ($0.type, $0.sentence) }, uniquingKeysWith: { first, _ in first })

    private static func read(_ text: String) -> [Entry] {
        text.split(separator: "\n").map { line in
            let type = line.prefix { $0 != " " }
            let sentence = line.dropFirst(type.count).drop { $0 == " " }
            return Entry(type: EventType(rawValue: String(type)), sentence: String(sentence))
        }
    }
}
