package import EventModel

/// What each QMP event becomes: a table, read once.
///
/// A row: the event's name, conditions on its data (`field=value`, all of them; `*` is any), the type, the severity,
/// and the sentence, in which `{guest}` is the machine and `{field}` a member of the data. The first row that fits
/// holds; an event without a row is kept as `vm.other`. The end of a machine (`SHUTDOWN`, or none) is told by
/// `MachineEnd`.
package enum QMPEventTable {
    /// One row.
    package struct Row: Sendable, Hashable {
        package var event: Substring
        package var conditions: [Condition]
        package var type: EventType
        package var severity: Severity
        package var sentence: Substring

        /// A member of the event's data, or of the job it is about, and what it must be.
        package struct Condition: Sendable, Hashable {
            package var field: String
            package var value: String
        }

        /// The sentence about a machine of this name.
        package func message(about name: String, _ event: QMPEvent) -> String {
            var text = ""
            var rest = sentence
            while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
                let field = String(rest[rest.index(after: open)..<close])
                text += rest[..<open] + (field == "guest" ? name : event.field(field) ?? "?")
                rest = rest[rest.index(after: close)...]
            }
            return text + rest
        }

        fileprivate func fits(_ event: QMPEvent) -> Bool {
            conditions.allSatisfy { condition in
                let value = event.field(condition.field)
                return condition.value == "*" ? value != nil : value == condition.value
            }
        }
    }

    /// All rows, in the order in which they are tried.
    package static let rows: [Row] = text.split(separator: "\n").compactMap(read)

    /// The row for an event.
    package static func row(for event: QMPEvent) -> Row {
        known[event.name[...]]?.first { $0.fits(event) } ?? other
    }

    private static let known = Dictionary(grouping: rows, by: \.event)
    private static let other = Row(
        event: "", conditions: [], type: "vm.other", severity: .info,
        sentence: "QEMU told something about {guest} that has no type of its own.")

    private static func read(_ line: Substring) -> Row? {
        let parts = line.split(separator: "|").map { $0.drop { $0 == " " } }
        guard parts.count == 3 else { return nil }
        let words = parts[0].split(separator: " ")
        let kind = parts[1].split(separator: " ")
        guard let event = words.first, kind.count == 2, let severity = Severity(rawValue: String(kind[1])) else {
            return nil
        }
        let conditions = words.dropFirst().map { word in
            let sides = word.split(separator: "=", maxSplits: 1).map { String($0) }
            return Row.Condition(field: sides[0], value: sides.count > 1 ? sides[1] : "")
        }
        return Row(
            event: event, conditions: conditions, type: EventType(rawValue: String(kind[0])), severity: severity,
            sentence: parts[2])
    }
}
