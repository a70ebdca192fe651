package import AgentCore
package import NATSClient

/// What `collectors.json` says about a collector of kind `nats`.
package struct NATSCollectorConfiguration: Configurable, Hashable {
    /// Where a stream that was never read is begun.
    package enum Start: String, CaseIterable, Sendable {
        case beginning, now
    }

    package var endpoint: NATSEndpoint
    package var stream: String
    /// Only subjects like this; nil: all of the stream.
    package var subject: String?
    /// The durable consumer several hubs share the work through; nil: this one reads all.
    package var consumer: String?
    package var start: Start
    package var batch: Int
    /// How long a poll waits for the first message.
    package var wait: Duration
    /// How long a shared message may stay without acknowledgement before another hub gets it.
    package var acknowledgeWithin: Duration

    package init(
        endpoint: NATSEndpoint, stream: String, subject: String? = nil, consumer: String? = nil,
        start: Start = .beginning, batch: Int = 1000, wait: Duration = .seconds(5),
        acknowledgeWithin: Duration = .seconds(60)
    ) {
        (self.endpoint, self.stream, self.subject, self.consumer) = (endpoint, stream, subject, consumer)
        (self.start, self.batch, self.wait, self.acknowledgeWithin) = (start, batch, wait, acknowledgeWithin)
    }

    package init(from reader: inout ConfigurationReader) {
        endpoint = NATSEndpoint(from: &reader)
        stream = reader.required("stream", .natsName, "The JetStream stream that is read.")
        subject = reader.optional("subject", .natsFilter, "Only events of subjects like this: \"guestwatch.vm.>\".")
        consumer = reader.optional(
            "consumer", .natsName,
            "The durable consumer through which several hubs share the work; without it this one reads every event.")
        start = reader.optional(
            "start", .choice(), default: .beginning, "Where to begin a stream that was never read: beginning or now.")
        batch = reader.optional("batch", .integer(in: 1...10_000), default: 1000, "The most events of one poll.")
        wait = reader.optional("wait", .duration, default: .seconds(5), "How long a poll waits for the first event.")
        acknowledgeWithin = reader.optional(
            "acknowledgeWithin", .duration, default: .seconds(60),
            "With \"consumer\": how long until events of a hub that went away are given to another.")
        if wait < .milliseconds(10) || wait > .seconds(60) { reader.problem("wait: write \"10ms\" to \"1m\"") }
        if acknowledgeWithin < .milliseconds(100) { reader.problem("acknowledgeWithin: write \"100ms\" or more") }
    }
}

extension ConfigurationType where Value == String {
    /// A subject with wildcards.
    package static var natsFilter: Self {
        .text(expected: "a subject such as \"guestwatch.vm.>\"", placeholder: ">") { text in
            let words = text.split(separator: ".", omittingEmptySubsequences: false)
            let isSafe = words.allSatisfy { word in
                let isWild = word == "*" || word == ">"
                return !word.isEmpty && (isWild || word.utf8.allSatisfy { $0 > 0x20 && $0 != 0x2A && $0 != 0x3E })
            }
            return isSafe && !words.dropLast().contains(">") ? text : nil
        }
    }
}
