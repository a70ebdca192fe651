package import AgentCore
package import NATSClient

/// The configuration of the `nats` sink.
package struct NATSSinkConfiguration: Configurable, Hashable {
    /// How a stream that is missing is made.
    package struct Creation: Configurable, Hashable {
        package var age: Duration?
        package var bytes: Int?
        package var replicas: Int
        package var duplicates: Duration

        package init(
            age: Duration? = nil, bytes: Int? = nil, replicas: Int = 1, duplicates: Duration = .seconds(120)
        ) {
            (self.age, self.bytes, self.replicas, self.duplicates) = (age, bytes, replicas, duplicates)
        }

        package init(from reader: inout ConfigurationReader) {
            age = reader.optional("age", .duration, "How long the stream keeps an event; for ever, if not given.")
            bytes = reader.optional("bytes", .bytes, "How much the stream keeps; any amount, if not given.")
            replicas = reader.optional("replicas", .integer(in: 1...5), default: 1, "Servers that keep a copy.")
            duplicates = reader.optional(
                "duplicates", .duration, default: .seconds(120), "How long the server itself recognises repeats.")
            if duplicates < .milliseconds(100) { reader.problem("duplicates: write \"100ms\" or more") }
            if let age, age < duplicates { reader.problem("age: shorter than \"duplicates\", which JetStream refuses") }
        }
    }

    package var endpoint: NATSEndpoint
    package var stream: String
    package var subject: NATSSubject
    package var create: Creation?
    /// The key-value bucket in which each sink notes from where its messages may be looked for; nil: not done.
    package var bucket: String?

    package init(
        endpoint: NATSEndpoint, stream: String, subject: NATSSubject = .standard, create: Creation? = nil,
        bucket: String? = NATSSinkConfiguration.standardBucket
    ) {
        (self.endpoint, self.stream, self.subject) = (endpoint, stream, subject)
        (self.create, self.bucket) = (create, bucket)
    }

    /// Where sinks note their places, unless told otherwise.
    package static let standardBucket = "GUESTWATCH_WRITERS"

    package init(from reader: inout ConfigurationReader) {
        endpoint = NATSEndpoint(from: &reader)
        stream = reader.required("stream", .natsName, "The JetStream stream that keeps the events.")
        subject = reader.optional(
            "subject", .natsSubject, default: .standard,
            "The subject of an event, of words and <type>, <guest>, <host>, joined by dots.")
        create = reader.optional(
            "create", .object(), "Make the stream if it is missing; without this it must be there.")
        let readBack = reader.optional(
            "readBack", .boolean, default: true,
            "Whether events stored before a long outage are looked for, so that none is stored twice.")
        let bucket = reader.optional(
            "bucket", .natsName, default: Self.standardBucket,
            "The key-value bucket where sinks note their places for that; made if it is missing.")
        self.bucket = readBack ? bucket : nil
    }
}
