public import AgentCore
public import EventModel

/// What a publisher leaves out on purpose: noisy types beyond a rate, and the end of long messages. Pure.
///
/// By itself it limits nothing. Time is that of the events, not of the clock: a backlog that is read in a second is
/// thinned out as it would have been while it happened. What is left out is counted, and the next event of its kind
/// that passes carries the count.
public struct PublishLimits: Sendable, Hashable {
    /// Kinds of events remembered, by rule, type and guest: beyond it the oldest half is forgotten, with its counts.
    public static let maximumRemembered = 10_000
    /// The member of an event's data that tells how many of its kind were left out before it.
    public static let filteredMember = "guestwatch.filtered"

    /// At most one event of each matching type in so long.
    public struct Rule: Sendable, Hashable {
        /// What shares one limit.
        public enum Scope: String, Sendable, Hashable, CaseIterable {
            /// Events of one type about one guest; about the first object an event names where it has no guest.
            case guest
            /// Events of one type.
            case type
        }

        public var types: [TypePattern]
        public var scope: Scope
        public var every: Duration

        public init(types: [TypePattern], per scope: Scope = .guest, every: Duration) {
            (self.types, self.scope, self.every) = (types, scope, every)
        }
    }

    private struct Key: Sendable, Hashable {
        var rule: Int
        var type: EventType
        var subject: String
    }

    private struct Passed: Sendable, Hashable {
        var time: Timestamp
        /// Left out since.
        var filtered = 0
    }

    /// The first that matches an event holds for it.
    public let rules: [Rule]
    /// The most bytes a message may have; nil: any number.
    public let messageBytes: Int?
    /// Events left out so far.
    public private(set) var filtered = 0
    private var passed: [Key: Passed] = [:]

    public init(rules: [Rule] = [], messageBytes: Int? = nil) {
        (self.rules, self.messageBytes) = (rules, messageBytes)
    }

    /// Every event passes as it is.
    public var isUnlimited: Bool { rules.isEmpty && messageBytes == nil }

    /// The events that pass, in their order.
    public mutating func admit(_ events: [Event]) -> [Event] {
        if isUnlimited { return events }
        return events.compactMap { admit($0) }
    }

    /// The event as it passes; nil when it is left out.
    public mutating func admit(_ event: Event) -> Event? {
        guard let key = key(of: event) else { return capped(event) }
        let before = passed[key]
        if let before, isWithin(rules[key.rule].every, event.time, before.time) {
            passed[key]?.filtered += 1
            filtered += 1
            return nil
        }
        passed[key] = Passed(time: event.time)
        if passed.count > Self.maximumRemembered { forget() }
        return capped(event, after: before?.filtered ?? 0)
    }

    private func key(of event: Event) -> Key? {
        guard let rule = rules.firstIndex(where: { $0.types.contains { $0.matches(event.type) } }) else { return nil }
        let isOneForAll = rules[rule].scope == .type
        return Key(rule: rule, type: event.type, subject: isOneForAll ? "" : "\(event.source) \(subject(of: event))")
    }

    private func subject(of event: Event) -> String {
        if let guest = event.guest { return "\(guest.kind.rawValue)/\(guest.id)" }
        return event.related.first.map { "\($0.kind)/\($0.id)" } ?? ""
    }

    /// Whichever came first: a source's clock may be set back, and must not silence what follows.
    private func isWithin(_ duration: Duration, _ time: Timestamp, _ other: Timestamp) -> Bool {
        max(time, other).since(min(time, other)) < duration
    }

    private mutating func forget() {
        let times = passed.values.map(\.time).sorted()
        let middle = times[times.count / 2]
        passed = passed.filter { $0.value.time > middle }
    }

    private func capped(_ event: Event, after filtered: Int = 0) -> Event {
        let mayBeLong = messageBytes.map { event.data.bytes.count > $0 } ?? false
        guard mayBeLong || filtered > 0, var members = try? event.data.parsed().members else { return event }
        for index in members.indices where Event.messageMembers.contains(members[index].name) {
            guard let messageBytes, let text = members[index].value.string else { continue }
            members[index].value = .string(MessageCap.cut(text, to: messageBytes))
        }
        if filtered > 0 {
            members.removeAll { $0.name == Self.filteredMember }
            members.append(.init(Self.filteredMember, .number("\(filtered)")))
        }
        var event = event
        event.data = JSONText(.object(members))
        return event
    }
}

/// Cuts long texts.
public enum MessageCap {
    /// Stands for what was cut off.
    public static let mark = "..."

    /// The text, or as much of its beginning as `bytes` hold in UTF-8 together with the mark. No code point is
    /// cut in two.
    public static func cut(_ text: String, to bytes: Int) -> String {
        guard text.utf8.count > bytes else { return text }
        var end = text.utf8.index(text.utf8.startIndex, offsetBy: max(0, bytes - mark.utf8.count))
        while end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
        return text[..<end] + mark
    }
}
