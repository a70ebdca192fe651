public import EventModel

/// Which events a reader wants. All that is named must hold; what is empty or nil does not filter, so an empty filter
/// wants everything. Subscribers, streams and sinks use the same one.
public struct EventFilter: Sendable, Hashable {
    /// One of these.
    public var types: [TypePattern]
    /// This one or a graver one.
    public var severity: Severity
    /// About such a guest.
    public var guest: GuestFilter?
    /// Each of these fields of `data` has one of the values wanted.
    public var fields: [FieldFilter]

    public init(
        types: [TypePattern] = [], severity: Severity = .debug, guest: GuestFilter? = nil, fields: [FieldFilter] = []
    ) {
        (self.types, self.severity, self.guest, self.fields) = (types, severity, guest, fields)
    }

    /// Whether it wants everything.
    public var isEmpty: Bool {
        types.isEmpty && severity == .debug && guest == nil && fields.isEmpty
    }

    /// Whether it wants the entry. Its body is read only when type and severity are wanted and guest or fields matter;
    /// a body that cannot be read is not wanted then.
    public func matches(_ entry: Entry) -> Bool {
        guard matches(type: entry.type, severity: entry.severity) else { return false }
        guard guest != nil || !fields.isEmpty else { return true }
        guard let event = try? EventDecoder.decode(entry.body).event else { return false }
        return matchesBody(of: event)
    }

    /// Whether it wants the event.
    public func matches(_ event: Event) -> Bool {
        matches(type: event.type, severity: event.severity) && matchesBody(of: event)
    }

    /// The part that needs no body: false means unwanted, true that guest and fields decide.
    public func matches(type: EventType, severity: Severity) -> Bool {
        severity >= self.severity && (types.isEmpty || types.contains { $0.matches(type) })
    }

    private func matchesBody(of event: Event) -> Bool {
        if let guest, !guest.matches(event.guest) { return false }
        if fields.isEmpty { return true }
        guard let data = try? event.data.parsed() else { return false }
        return fields.allSatisfy { $0.matches(data) }
    }
}

/// Which guests a reader wants to hear of. All that is named must hold. An event about no guest is not wanted, even by
/// an empty one.
public struct GuestFilter: Sendable, Hashable {
    public var kind: Guest.Kind?
    /// The source's own identifier: `vm-41`.
    public var id: String?
    public var name: String?
    /// The host it runs on.
    public var host: String?

    public init(kind: Guest.Kind? = nil, id: String? = nil, name: String? = nil, host: String? = nil) {
        (self.kind, self.id, self.name, self.host) = (kind, id, name, host)
    }

    public func matches(_ guest: Guest?) -> Bool {
        guard let guest else { return false }
        return (kind ?? guest.kind) == guest.kind && (id ?? guest.id) == guest.id
            && (name == nil || name == guest.name) && (host == nil || host == guest.host)
    }
}

/// A field of `data` with the values wanted in it.
public struct FieldFilter: Sendable, Hashable {
    /// The name of a member; or names joined by dots, of members within members: `host.name`.
    public var path: String
    /// Texts, numbers and truth values as JSON writes them, without quotes. Empty: whatever it is, if only it is there.
    /// Of an array one element is enough.
    public var values: [String]

    public init(path: String, values: [String] = []) {
        (self.path, self.values) = (path, values)
    }

    public func matches(_ data: JSONValue) -> Bool {
        guard let found = value(in: data) else { return false }
        return values.isEmpty || matches(found: found)
    }

    /// A member of the very name comes before one within: foreign names may hold dots.
    private func value(in data: JSONValue) -> JSONValue? {
        if let member = data[path] { return member }
        let names = path.split(separator: ".", omittingEmptySubsequences: false)
        return names.reduce(Optional(data)) { $0?[String($1)] }
    }

    private func matches(found: JSONValue) -> Bool {
        switch found {
        case .string(let text), .number(let text): values.contains(text)
        case .bool(let value): values.contains("\(value)")
        case .array(let elements): elements.contains { matches(found: $0) }
        case .null: values.contains("null")
        case .object: false
        }
    }
}

/// An event type, or the beginning of one up to a dot: `vm.powered-on`, `vm.*`, `*`.
public struct TypePattern: Sendable, Hashable {
    /// Every type.
    public static let all = TypePattern(trusted: "*")

    public let text: String
    /// What a type begins with; nil when it must be `text` itself.
    private let beginning: String?

    private init(trusted text: String) {
        self.text = text
        beginning = text.hasSuffix("*") ? String(text.dropLast()) : nil
    }

    /// Nil when a word is empty or has other letters than types have, or when `*` stands anywhere but alone or after
    /// the last dot.
    public init?(_ text: String) {
        let words = text.split(separator: ".", omittingEmptySubsequences: false)
        let isPattern = words.last == "*"
        let allowed = Set("abcdefghijklmnopqrstuvwxyz0123456789-".utf8)
        guard words.dropLast(isPattern ? 1 : 0).allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(allowed.contains) })
        else {
            return nil
        }
        self.init(trusted: text)
    }

    public func matches(_ type: EventType) -> Bool {
        beginning.map { type.rawValue.hasPrefix($0) } ?? (type.rawValue == text)
    }
}
