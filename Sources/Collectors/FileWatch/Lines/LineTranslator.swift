package import AgentCore
package import EventModel

/// FollowedLine → Event: decodes the format, asks the rules in their order, and reads the time. Pure but for memories
/// that cost time, never events, when they are lost, and for the parts of lines it holds (`held`).
///
/// - The source is `file://<host name>`, the id `<collector>/<identity>/<offset>`: two collectors may read one file,
///   and reading it again gives the same events.
/// - The event is about the guest the rule names, and has the file as a related object.
/// - `data` is what the line says under its own names, with `message` first.
package struct LineTranslator: Sendable {
    /// Files whose names are remembered.
    private static let maximumPlaces = 1024

    /// What became of lines, since the translator was made.
    package struct Counts: Sendable, Hashable {
        /// Left out on purpose.
        package var filtered: UInt64 = 0
        /// Not of the configured format, and taken for plain text.
        package var unformatted: UInt64 = 0
        /// Lines on which a regular expression took too many steps.
        package var gaveUp: UInt64 = 0
    }

    /// A rule and what it said of a line.
    package struct Asked: Sendable {
        /// In the order they are asked: the user's first.
        package var rule: Int
        /// Nil: it is meant.
        package var mismatch: LineMatch.Mismatch?
    }

    package let configuration: LineConfiguration
    package private(set) var counts = Counts()
    /// What the rules said of the last line; kept only for `explain`.
    package var asked: [Asked]?
    /// What the last line said.
    package private(set) var fields = LineFields()
    /// What spoke against the format in the last line.
    package private(set) var problem: String?

    private let host: HostView
    /// The CloudEvents `source` of all events.
    package let source: String
    private let idStart: [UInt8]
    private var zone: TimeZoneRule
    private var captures: [Range<Int>?] = []
    private var idBytes: [UInt8] = []
    private var parts = PartJoining()
    private var place: Place?
    private var places: [String: Place] = [:]
    private var vSphereTypes = TypeRules()

    /// What is known of a file by its path: shared by all of its lines.
    private final class Place: Sendable {
        let path: String
        let surroundings: LineSurroundings
        let related: RelatedObjects

        init(_ path: String, _ surroundings: LineSurroundings) {
            (self.path, self.surroundings) = (path, surroundings)
            related = [RelatedObject(kind: "file", id: path)]
        }
    }

    package init(_ configuration: LineConfiguration, host: HostView, collector: String) {
        (self.configuration, self.host, zone) = (configuration, host, configuration.zone)
        source = "file://\(host.name)"
        idStart = Array("\(collector)/".utf8)
    }

    /// The event of a line; nil when it is filtered, or a part of a line that goes on.
    package mutating func translate(_ line: FollowedLine) -> Event? {
        guard var event = read(line) else { return nil }
        event.data = fields.json()
        return event
    }

    /// Appends the events of lines that were read together. Their `data` share one piece of memory.
    package mutating func translate(_ lines: [FollowedLine], into events: inout [Event]) {
        let first = events.count
        var (data, ends): ([UInt8], [Int]) = ([], [])
        data.reserveCapacity(lines.reduce(0) { $0 + $1.bytes.count + LineFields.frameBytes })
        // Looked at where they lie: to copy a line is to count a reference to each of its parts.
        let lines = lines.span
        for place in lines.indices {
            guard let event = read(lines[place]) else { continue }
            events.append(event)
            fields.appendJSON(to: &data)
            ends.append(data.count)
        }
        var start = 0
        for (place, end) in ends.enumerated() {
            events[first + place].data = JSONText(trusted: data[start..<end])
            start = end
        }
    }

    /// The event of a line without its `data`, which are the fields then.
    private mutating func read(_ line: FollowedLine) -> Event? {
        fields.begin(line.bytes)
        problem = configuration.format.decode(&fields, pattern: configuration.pattern)
        if problem != nil { counts.unformatted += 1 }
        var offset = line.offset
        if problem == nil, configuration.format == .cri || configuration.format == .dockerJSON {
            guard let start = join(line) else { return nil }
            offset = start
        }
        return event(of: line, offset: offset)
    }

    /// Where to begin each file again after a crash in which lines wait for their other parts, by identity. Everything
    /// before that place is told.
    package var held: [String: UInt64] { parts.starts }

    /// Drops the parts it holds: they will be read again.
    package mutating func forget() {
        parts = PartJoining()
    }

    /// The events of lines whose other parts never came: the file is at its end for good.
    package mutating func finish(_ identity: String) -> [Event] {
        parts.takeAll(identity).compactMap { part in
            fields.begin(part.line.bytes)
            problem = configuration.format.decode(&fields, pattern: configuration.pattern)
            fields.join(part.bytes, time: part.time)
            guard var event = event(of: part.line, offset: part.offset) else { return nil }
            event.data = fields.json()
            return event
        }
    }

    /// Holds a part, or puts the parts before it in front of a line; gives where the whole begins.
    private mutating func join(_ line: FollowedLine) -> UInt64? {
        let isPart = configuration.format == .cri ? CRIFormat.isPart(fields) : DockerFormat.isPart(fields)
        let stream = fields["stream"] ?? ""
        if isPart, !line.isTruncated {
            let time = fields.time.map { fields.text[$0] } ?? []
            if parts.add(line, stream: stream, message: fields.text[fields.message], time: time) { return nil }
        }
        guard let part = parts.take(line.identity, stream: stream) else { return line.offset }
        fields.join(part.bytes + fields.text[fields.message], time: part.time)
        return part.offset
    }

    private mutating func event(of line: FollowedLine, offset: UInt64) -> Event? {
        if let pattern = configuration.messagePattern {
            switch pattern.match(fields.text, in: fields.message, captures: &captures) {
            case .matched: fields.take(pattern.groups, at: captures)
            case .unmatched: break
            case .gaveUp: counts.gaveUp += 1
            }
        }
        let rule = rule()
        if rule?.drops ?? (configuration.unmatched == .drop) {
            counts.filtered += 1
            return nil
        }
        let time = configuration.time.time(of: fields, zone: &zone, now: line.readAt) ?? line.readAt
        let place = place(of: line.path)
        var event = Event(
            id: id(line.identity, offset), source: source, type: rule?.type ?? "log.line", time: time,
            related: place.related)
        let told = configuration.format == .plain && rule == nil ? nil : SeverityWord.severity(of: fields)
        event.severity = rule?.severity ?? told ?? .info
        if let rule { apply(rule, to: &event, place.surroundings) }
        if line.isTruncated { fields.set("guestwatch.truncated", fields.append("true".utf8), kind: .json) }
        return event
    }

    /// The first rule that is meant for the line.
    private mutating func rule() -> LineRule? {
        if asked != nil { asked = [] }
        for index in configuration.rules.indices {
            let mismatch = configuration.rules[index].match?.mismatch(&fields, captures: &captures)
            if mismatch == .gaveUp { counts.gaveUp += 1 }
            asked?.append(Asked(rule: index, mismatch: mismatch))
            if mismatch == nil { return configuration.rules[index] }
        }
        return nil
    }

    private mutating func apply(_ rule: LineRule, to event: inout Event, _ surroundings: LineSurroundings) {
        event.change = rule.change
        event.guest = rule.guest?.guest(&fields, surroundings)
        if let id = rule.eventTypeId?.write(to: &fields, surroundings: surroundings) {
            let known = vSphereTypes.rule(className: "EventEx", eventTypeId: fields.string(id))
            if known.type != TypeRule.other.type {
                event.type = known.type
                event.severity = rule.severity ?? known.severity
            }
        }
        for member in rule.fields.members {
            if let value = member.value.write(to: &fields, surroundings: surroundings) {
                fields.set(member.name, value)
            }
        }
        if let message = rule.message?.write(to: &fields, surroundings: surroundings) { fields.message = message }
    }

    private mutating func place(of path: String) -> Place {
        if let place, place.path == path { return place }
        let found =
            places[path]
            ?? Place(path, LineSurroundings(path: path, host: host, pattern: configuration.pathPattern))
        if places.count >= Self.maximumPlaces { places.removeAll() }
        places[path] = found
        place = found
        return found
    }

    private mutating func id(_ identity: String, _ offset: UInt64) -> String {
        idBytes.removeAll(keepingCapacity: true)
        idBytes += idStart
        idBytes.append(contentsOf: identity.utf8)
        idBytes.append(UInt8(ascii: "/"))
        idBytes.appendDecimal(Int64(clamping: offset))
        return String(decoding: idBytes, as: UTF8.self)
    }
}
