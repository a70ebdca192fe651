package import AgentCore
import EventModel

/// Where a line's time stands and how it is written.
package struct TimeReading: Configurable {
    /// The field that holds it; nil: what the format knows as the time, else one of `usualNames`, else the beginning of
    /// the line.
    package var field: String?
    /// The ways it may be written, tried in this order.
    package var layouts: [TimeLayout]
    /// False: every event has the time its line was read.
    package var isRead: Bool

    /// Fields that hold the time where nobody says which does.
    static let usualNames = ["time", "timestamp", "@timestamp", "ts"]
    package static let automatic = TimeReading(field: nil, layouts: [.automatic], isRead: true)

    package init(field: String?, layouts: [TimeLayout], isRead: Bool) {
        (self.field, self.layouts, self.isRead) = (field, layouts, isRead)
    }

    package init(from reader: inout ConfigurationReader) {
        field = reader.optional(
            "field", .string, "The field that holds the time; else the format's own, or the line's beginning.")
        layouts = reader.optional(
            "layouts", .list(of: .timeLayout), default: [.automatic],
            "How it is written, tried in order: \"auto\", or strptime letters such as \"%d.%m.%Y %H:%M:%S,%f\".")
        isRead = reader.optional(
            "read", .boolean, default: true, "False: every event has the time its line was read.")
    }

    /// The time of a line, and nil when it tells none that can be read.
    func time(of fields: LineFields, zone: inout TimeZoneRule, now: Timestamp) -> Timestamp? {
        guard isRead else { return nil }
        guard let range = place(in: fields) else {
            // At the beginning of a line a number is more often a number than a time.
            guard field == nil, fields.end > 0, !isCount(at: 0, of: fields) else { return nil }
            // "[2008-07-26 10:09:56.601 …]"
            let start = fields.has("[", at: 0) ? 1 : 0
            return read(fields.text, start..<fields.end, toEnd: false, zone: &zone, now: now)
        }
        return read(fields.text, range, toEnd: true, zone: &zone, now: now)
    }

    private func place(in fields: LineFields) -> Range<Int>? {
        if let field { return fields.field(field)?.value }
        if let time = fields.time { return time }
        return Self.usualNames.lazy.compactMap { fields.field($0)?.value }.first
    }

    private func isCount(at place: Int, of fields: LineFields) -> Bool {
        let scanner = TimeScanner(fields.text, place..<min(fields.end, place + 20))
        return layouts == [.automatic] && scanner.digitCount > 4 && scanner.digitCount != 14
    }

    private func read(
        _ text: [UInt8], _ range: Range<Int>, toEnd: Bool, zone: inout TimeZoneRule, now: Timestamp
    ) -> Timestamp? {
        for layout in layouts {
            guard let (time, end) = layout.read(text, range), !toEnd || end == range.upperBound else { continue }
            if let moment = time.timestamp(in: &zone, now: now) { return moment }
        }
        return nil
    }
}

extension ConfigurationType where Value == TimeLayout {
    /// `auto`, or letters of strptime.
    static var timeLayout: Self {
        .text(
            expected:
                "\"auto\", or a layout of %Y %y %m %b %d %H %I %p %M %S %f %z %s %L %x %a %F %T such as \"%F %T\"",
            schema: [.init("minLength", 1)], placeholder: .automatic
        ) { text in
            text == "auto" ? .automatic : TimePart.parts(of: text).map(TimeLayout.custom)
        }
    }
}
