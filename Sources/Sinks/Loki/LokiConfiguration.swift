package import AgentCore
import EventModel

/// The configuration of the `loki` sink.
package struct LokiConfiguration: Configurable {
    /// An attribute of events that may be a label: one that has few values. Identifiers and names of guests are none;
    /// they are structured metadata.
    package enum Label: String, Sendable, CaseIterable {
        case source
        /// The first word of the type: `vm`, `container`.
        case family
        case type
        case severity
        /// The host the guest runs on.
        case host
        /// `vm` or `container`.
        case guestkind
    }

    /// What a line is.
    package enum Line: String, Sendable, CaseIterable {
        /// The whole event as CloudEvents JSON.
        case event
        /// The sentence a person reads, then source and id.
        case message
    }

    /// Loki takes no more of each stream, unless told otherwise.
    package static let mostLabels = 15
    /// What Loki takes unless told otherwise.
    package static let ordinaryLineBytes = 256 << 10
    /// Without this label Loki calls the stream `unknown_service`.
    private static let serviceName = NamedText("service_name", "guestwatch")

    /// Where Loki takes pushes, below its URL.
    static let path = "/loki/api/v1/push"

    package var destination: HTTPDestinationConfiguration
    package var tenant: String?
    package var labels: [NamedText]
    package var labelsFrom: [Label]
    package var line: Line
    package var metadata: Bool
    package var lineBytes: Int

    package init(
        _ destination: HTTPDestinationConfiguration, tenant: String? = nil, labels: [NamedText] = [],
        labelsFrom: [Label] = [.source], line: Line = .event, metadata: Bool = true, lineBytes: Int = ordinaryLineBytes
    ) {
        (self.destination, self.tenant) = (destination, tenant)
        (self.labelsFrom, self.line, self.metadata, self.lineBytes) = (labelsFrom, line, metadata, lineBytes)
        self.labels = Self.named(labels)
    }

    package init(from reader: inout ConfigurationReader) {
        destination = HTTPDestinationConfiguration(
            from: &reader, url: "Loki, \"http://loki:3100\"; /loki/api/v1/push is appended.", compression: .gzip)
        tenant = reader.optional("tenant", .string, "The tenant (X-Scope-OrgID), where Loki has several.")
        let labels = reader.optional(
            "labels", .texts(names: "^[a-zA-Z_][a-zA-Z0-9_]*$", most: Self.mostLabels, isName: Self.isLabelName),
            default: [], "Labels of every stream: { \"env\": \"prod\" }; service_name is \"guestwatch\" if not given.")
        labelsFrom = reader.optional(
            "labelsFrom", .list(of: ConfigurationType<Label>.choice()), default: [.source],
            "Attributes of events that are labels too; each value is a stream of its own. The others are metadata.")
        line = reader.optional(
            "line", .choice(), default: .event,
            "event: a line is the event as CloudEvents JSON; message: its sentence with source and id.")
        metadata = reader.optional(
            "metadata", .boolean, default: true,
            "Whether id, type, guest and place are sent as structured metadata; Loki before 3.0 has to be told to.")
        lineBytes = reader.optional(
            "lineBytes", .bytes, default: Self.ordinaryLineBytes,
            "The longest line Loki takes: its max_line_size. A longer event becomes a dead letter.")
        self.labels = Self.named(labels)
        if self.labels.count + labelsFrom.count > Self.mostLabels {
            reader.problem("\"labels\" and \"labelsFrom\" make more than the \(Self.mostLabels) labels Loki takes")
        }
        if Set(labelsFrom).count < labelsFrom.count { reader.problem("\"labelsFrom\" names an attribute twice") }
        for label in labelsFrom where labels.contains(where: { $0.name == label.rawValue }) {
            reader.problem("\"\(label.rawValue)\" is both in \"labels\" and in \"labelsFrom\"; leave it out of one")
        }
    }

    private static func named(_ labels: [NamedText]) -> [NamedText] {
        (labels.contains { $0.name == serviceName.name } ? [] : [serviceName]) + labels
    }

    private static func isLabelName(_ name: String) -> Bool {
        let isWord = name.utf8.allSatisfy { byte in
            byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF)
        }
        // Names that begin with two underscores are Loki's own.
        return isWord && !name.isEmpty && name.first?.isNumber == false && !name.hasPrefix("__")
    }
}

extension LokiConfiguration.Label {
    /// The attribute's value in an event, if it has one. The family is no attribute.
    func value(in fields: EventFields) -> FieldText? {
        switch self {
        case .source: fields.source
        case .family: nil
        case .type: fields.type
        case .severity: fields.severity
        case .host: fields.guestHost
        case .guestkind: fields.guestKind
        }
    }
}
