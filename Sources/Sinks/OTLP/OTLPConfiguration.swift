package import AgentCore
import EventModel

/// The configuration of the `otlp` sink.
package struct OTLPConfiguration: Configurable {
    /// How requests are written.
    package enum Encoding: String, Sendable, CaseIterable {
        case protobuf
        case json
    }

    /// What stands in the body of a record.
    package enum Body: String, Sendable, CaseIterable {
        /// The whole event as CloudEvents JSON.
        case event
        /// The sentence a person reads; what the source said is the attribute `guestwatch.data`.
        case message
    }

    /// More attributes of a resource tell nothing of use.
    private static let mostAttributes = 32

    package var destination: HTTPDestinationConfiguration
    package var encoding: Encoding
    package var body: Body
    /// Attributes of the resource beside our own.
    package var resource: [NamedText]

    package init(
        _ destination: HTTPDestinationConfiguration, encoding: Encoding = .protobuf, body: Body = .event,
        resource: [NamedText] = []
    ) {
        (self.destination, self.encoding, self.body, self.resource) = (destination, encoding, body, resource)
    }

    /// What is appended to the URL: nothing when that says already where logs go.
    var path: String { destination.url.hasSuffix(Self.logsPath) ? "" : Self.logsPath }

    /// Where the specification has logs sent.
    private static let logsPath = "/v1/logs"

    package init(from reader: inout ConfigurationReader) {
        destination = HTTPDestinationConfiguration(
            from: &reader, url: "The OTLP/HTTP endpoint, \"http://collector:4318\"; /v1/logs is appended.",
            compression: .gzip)
        encoding = reader.optional(
            "encoding", .choice(), default: .protobuf, "How requests are written: protobuf, or its JSON.")
        body = reader.optional(
            "body", .choice(), default: .event,
            "event: the record's body is the event as CloudEvents JSON; message: its sentence, with data an attribute.")
        resource = reader.optional(
            "resource", .texts(names: "^[a-z0-9._-]+$", most: Self.mostAttributes) { !$0.isEmpty }, default: [],
            "More attributes of the resource: { \"deployment.environment.name\": \"production\" }.")
    }
}
