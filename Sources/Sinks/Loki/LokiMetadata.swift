import EventModel

/// Writes the structured metadata of an entry: its attributes that are no labels.
struct LokiMetadata {
    /// What it takes beside the attributes, fragments and numbers excepted.
    let bytes: Int
    private let isWanted: Bool
    /// What stands between the sequence and the id.
    private let afterSequence: [UInt8]
    private let (source, type, severity, host): (Bool, Bool, Bool, Bool)

    init(_ configuration: LokiConfiguration, journal: String) {
        isWanted = configuration.metadata
        var text = Array(#"","journal":""#.utf8)
        text.appendJSONEscaped(journal)
        afterSequence = text + Array(#"","id":""#.utf8)
        bytes = afterSequence.count
        let labels = configuration.labelsFrom
        (source, type) = (!labels.contains(.source), !labels.contains(.type))
        (severity, host) = (!labels.contains(.severity), !labels.contains(.host))
    }

    /// Writes it behind the line, if it is wanted.
    @inline(__always)
    func append(_ sequence: UInt64, _ fields: EventFields, to writer: inout ByteWriter) {
        if !isWanted { return }
        writer.append(text: #",{"sequence":""#)
        writer.appendDecimal(unsigned: sequence)
        writer.append(afterSequence)
        fields.id.appendEscaped(to: &writer)
        if source { append(#"","source":""#, fields.source, to: &writer) }
        if type { append(#"","type":""#, fields.type, to: &writer) }
        if severity { append(#"","severity":""#, fields.severity, to: &writer) }
        append(#"","subject":""#, fields.subject, to: &writer)
        append(#"","guestname":""#, fields.guestName, to: &writer)
        if host { append(#"","guesthost":""#, fields.guestHost, to: &writer) }
        writer.append(text: #""}"#)
    }

    /// `before` ends the value before it and names this one.
    @inline(__always)
    private func append(_ before: StaticString, _ value: FieldText?, to writer: inout ByteWriter) {
        guard let value, !value.isEmpty else { return }
        writer.append(text: before)
        value.appendEscaped(to: &writer)
    }
}
